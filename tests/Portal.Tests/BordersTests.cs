using System.Text.Json;
using System.Text.Json.Nodes;
using CareerPlatform.Portal.Features.Leader;
using CareerPlatform.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace CareerPlatform.Portal.Tests;

/// <summary>Borders come as files that a province hands in; a page that has none says so.</summary>
public sealed class BordersTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("careerplatform-borders-").FullName;

    private Borders Borders(string? at) => new(new ConfigurationBuilder().AddInMemoryCollection([new("Map:Folder", at)]).Build(), NullLogger<Borders>.Instance);

    /// <summary>Two squares side by side, 0001 to the left of 0002.</summary>
    private const string Topology =
        """
        { "type": "Topology", "transform": { "scale": [0.5, 0.5], "translate": [100, 10] },
          "arcs": [[[2, 0], [0, 2]], [[2, 2], [-2, 0], [0, -2], [2, 0]], [[2, 0], [2, 0], [0, 2], [-2, 0]]],
          "objects": { "communes": { "type": "GeometryCollection", "geometries": [
            { "type": "Polygon", "arcs": [[0, 1]], "properties": { "code": "0001", "name": "Xã Mẫu" } },
            { "type": "MultiPolygon", "arcs": [[[2, -1]]], "properties": { "code": "0002" } },
            { "type": "Point", "coordinates": [0, 0], "properties": { "code": "0003" } } ] } } }
        """;

    [Fact]
    public void Where_nothing_was_handed_in_there_is_no_map()
    {
        Borders(null).Of("97", "new", "commune").ShouldBeNull();
        Borders(folder).Of("97", "new", "commune").ShouldBeNull();
        Borders(folder).Of("../97", "new", "commune").ShouldBeNull();
    }

    [Theory]
    [InlineData("nothing of the kind")]
    [InlineData("{ \"type\": \"FeatureCollection\" }")]
    [InlineData("{ \"type\": \"FeatureCollection\", \"features\": [ { \"properties\": { \"code\": \"1\" }, \"geometry\": { \"type\": \"Polygon\", \"coordinates\": [\"x\"] } } ] }")]
    public void A_file_that_cannot_be_read_is_as_good_as_none(string content)
    {
        File.WriteAllText(Path.Combine(folder, "97-new-commune.geojson"), content);

        Borders(folder).Of("97", "new", "commune").ShouldBeNull();
    }

    [Fact]
    public void Only_codes_and_outlines_go_out_and_a_new_file_has_another_tag()
    {
        var path = Path.Combine(folder, "97-old-district.geojson");
        File.WriteAllText(path, """{ "features": [ { "properties": { "code": 970, "name": "Huyện Mẫu", "population": 5 }, "geometry": { "type": "Polygon", "coordinates": [[[1.123456, 2], [3, 2], [3, 4], [1.123456, 2]]] } } ] }""");
        var borders = Borders(folder);
        var first = borders.Of("97", "old", "district")!;
        File.WriteAllText(path, """{ "features": [ { "properties": { "code": "971" }, "geometry": { "type": "Polygon", "coordinates": [[[1, 2], [3, 2], [3, 4], [1, 2]]] } } ] }""");
        File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(path).AddSeconds(2));
        var second = borders.Of("97", "old", "district")!;

        System.Text.Encoding.UTF8.GetString(first.Json).ShouldBe("""{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"970"},"geometry":{"type":"Polygon","coordinates":[[[1.1235,2],[3,2],[3,4],[1.1235,2]]]}}]}""");
        (second.Codes.Single(), second.Tag == first.Tag).ShouldBe(("971", false));
    }

    [Fact]
    public void Neighbours_of_a_topology_share_their_border_and_every_ring_closes()
    {
        File.WriteAllText(Path.Combine(folder, "97-new-commune.topojson"), Topology);

        var file = Borders(folder).Of("97", "new", "commune")!;

        file.Codes.ShouldBe(["0001", "0002"], ignoreOrder: true);
        var features = JsonNode.Parse(file.Json)!["features"]!.AsArray();
        features[0]!["geometry"]!["coordinates"]!.ToJsonString().ShouldBe("[[[101,10],[101,11],[100,11],[100,10],[101,10]]]");
        features[1]!["geometry"]!["coordinates"]!.ToJsonString().ShouldBe("[[[[101,10],[102,10],[102,11],[101,11],[101,10]]]]");
    }

    [Fact]
    public void The_borders_of_a_real_province_can_be_drawn_from_either_form()
    {
        File.Copy(SharedData.Path("data/map/wards_40_nghe_an.geojson"), Path.Combine(folder, "40-new-commune.geojson"));
        File.Copy(SharedData.Path("data/map/wards_3321_2026.topojson"), Path.Combine(folder, "41-new-commune.topojson"));

        var (one, all) = (Borders(folder).Of("40", "new", "commune")!, Borders(folder).Of("41", "new", "commune")!);

        one.Codes.Count.ShouldBe(130);
        all.Codes.Count.ShouldBe(3_321);
        one.Codes.Except(all.Codes).ShouldBeEmpty("the codes are the same in both");
        foreach (var feature in JsonDocument.Parse(all.Json).RootElement.GetProperty("features").EnumerateArray().Take(200))
        {
            var rings = feature.GetProperty("geometry").GetProperty("coordinates").EnumerateArray();
            foreach (var ring in feature.GetProperty("geometry").GetProperty("type").GetString() == "Polygon" ? rings : rings.SelectMany(polygon => polygon.EnumerateArray()))
                ring[0].ToString().ShouldBe(ring[ring.GetArrayLength() - 1].ToString(), "a ring closes");
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
