using System.Text.Json.Nodes;

namespace CareerPlatform.Portal.Features.Leader;

/// <summary>Reads TopoJSON, in which neighbours share their border: arcs of whole-number steps, put together to rings (github.com/topojson/topojson-specification).</summary>
public static class Topology
{
    /// <summary>Its polygons as GeoJSON features.</summary>
    public static IEnumerable<JsonObject> Features(JsonObject topology)
    {
        var arcs = Arcs(topology);
        foreach (var (_, found) in topology["objects"]!.AsObject())
        {
            var shapes = found!["geometries"] is JsonArray many ? many.Select(one => one!.AsObject()) : [found.AsObject()];
            foreach (var shape in shapes)
            {
                JsonArray? coordinates = (string?)shape["type"] switch
                {
                    "Polygon" => Polygon(shape["arcs"]!, arcs),
                    "MultiPolygon" => new JsonArray([.. shape["arcs"]!.AsArray().Select(polygon => Polygon(polygon!, arcs))]),
                    _ => null,
                };
                if (coordinates is null) continue;
                yield return new JsonObject
                {
                    ["properties"] = shape["properties"]?.DeepClone(),
                    ["geometry"] = new JsonObject { ["type"] = (string?)shape["type"], ["coordinates"] = coordinates },
                };
            }
        }
    }

    private static List<List<(double X, double Y)>> Arcs(JsonObject topology)
    {
        var (scale, translate) = topology["transform"] is { } transform ? (Pair(transform["scale"]!), Pair(transform["translate"]!)) : ((1d, 1d), (0d, 0d));
        var steps = topology["transform"] is not null;
        var arcs = new List<List<(double, double)>>();
        foreach (var arc in topology["arcs"]!.AsArray())
        {
            var (x, y) = (0d, 0d);
            var points = new List<(double, double)>();
            foreach (var point in arc!.AsArray())
            {
                var (dx, dy) = Pair(point!);
                (x, y) = steps ? (x + dx, y + dy) : (dx, dy);
                points.Add((x * scale.Item1 + translate.Item1, y * scale.Item2 + translate.Item2));
            }
            arcs.Add(points);
        }
        return arcs;
    }

    private static JsonArray Polygon(JsonNode rings, List<List<(double X, double Y)>> arcs) => new([.. rings.AsArray().Select(ring => Ring(ring!, arcs))]);

    /// <summary>Arcs end to end; ~n is arc n backwards; where two meet, their common point stands once.</summary>
    private static JsonArray Ring(JsonNode indices, List<List<(double X, double Y)>> arcs)
    {
        var ring = new JsonArray();
        foreach (var node in indices.AsArray())
        {
            var index = node!.GetValue<int>();
            IEnumerable<(double X, double Y)> points = index >= 0 ? arcs[index] : Enumerable.Reverse(arcs[~index]);
            foreach (var (x, y) in points.Skip(ring.Count == 0 ? 0 : 1)) ring.Add(new JsonArray(x, y));
        }
        return ring;
    }

    private static (double, double) Pair(JsonNode node) => (node[0]!.GetValue<double>(), node[1]!.GetValue<double>());
}
