using System.Globalization;
using System.Text.Json;

namespace CareerPlatform.Careerctl.Demo;

/// <summary>Borders of the demo province, as a province would hand them in: GeoJSON by area code, one file per kind of border. The shapes are drawn by a rule and lie at no place of the world.</summary>
/// <remarks>The province is a bent rectangle; its former districts are cells of it, communes are cells of their district, so that parts always fit together.</remarks>
public static class DemoMap
{
    const int DistrictColumns = 5;

    /// <summary>Points per unit of an edge: enough that it bends.</summary>
    const int Fineness = 60;

    public static void WriteAll(DemoProvince province, string folder)
    {
        Directory.CreateDirectory(folder);
        var districts = province.Areas.Where(area => area.Kind == "district").ToList();
        var old = province.Areas.Where(area => area is { Kind: "commune", ValidTo: not null }).ToLookup(area => area.Parent!, area => area.Code);
        var rows = (districts.Count + DistrictColumns - 1) / DistrictColumns;
        var (now, before, above) = (new List<(string, Cell)>(), new List<(string, Cell)>(), new List<(string, Cell)>());
        for (var at = 0; at < districts.Count; at++)
        {
            var cell = new Cell((double)(at % DistrictColumns) / DistrictColumns, (double)(at / DistrictColumns) / rows, 1.0 / DistrictColumns, 1.0 / rows);
            above.Add((districts[at].Code, cell));
            before.AddRange(Parts(cell, [.. old[districts[at].Code]]));
            now.AddRange(Parts(cell, province.CommunesOfDistrict[at]));
        }
        Write(folder, $"{DemoProvince.Code}-new-commune.geojson", now);
        Write(folder, $"{DemoProvince.Code}-old-commune.geojson", before);
        Write(folder, $"{DemoProvince.Code}-old-district.geojson", above);
    }

    /// <summary>A part of the unbent rectangle.</summary>
    readonly record struct Cell(double X, double Y, double Width, double Height);

    /// <summary>Divides a cell into as many rows and columns as it has parts.</summary>
    static IEnumerable<(string, Cell)> Parts(Cell cell, IReadOnlyList<string> codes)
    {
        var rows = Math.Max(1, (int)Math.Round(Math.Sqrt(codes.Count)));
        for (var row = 0; row < rows; row++)
        {
            var (from, to) = (codes.Count * row / rows, codes.Count * (row + 1) / rows);
            for (var at = from; at < to; at++)
            {
                yield return (codes[at], new Cell(cell.X + cell.Width * (at - from) / (to - from), cell.Y + cell.Height * row / rows, cell.Width / (to - from), cell.Height / rows));
            }
        }
    }

    static void Write(string folder, string name, IEnumerable<(string Code, Cell Cell)> areas)
    {
        using var file = File.Create(Path.Combine(folder, name));
        using var json = new Utf8JsonWriter(file);
        json.WriteStartObject();
        json.WriteString("type", "FeatureCollection");
        json.WriteStartArray("features");
        foreach (var (code, cell) in areas)
        {
            json.WriteStartObject();
            json.WriteString("type", "Feature");
            json.WriteStartObject("properties");
            json.WriteString("code", code);
            json.WriteEndObject();
            json.WriteStartObject("geometry");
            json.WriteString("type", "Polygon");
            json.WriteStartArray("coordinates");
            json.WriteStartArray();
            foreach (var (x, y) in Around(cell))
            {
                json.WriteStartArray();
                json.WriteRawValue(x.ToString("0.####", CultureInfo.InvariantCulture));
                json.WriteRawValue(y.ToString("0.####", CultureInfo.InvariantCulture));
                json.WriteEndArray();
            }
            json.WriteEndArray();
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static IEnumerable<(double, double)> Around(Cell cell)
    {
        (double X, double Y)[] corners =
            [(cell.X, cell.Y), (cell.X + cell.Width, cell.Y), (cell.X + cell.Width, cell.Y + cell.Height), (cell.X, cell.Y + cell.Height), (cell.X, cell.Y)];
        for (var side = 0; side < 4; side++)
        {
            var (from, to) = (corners[side], corners[side + 1]);
            var steps = Math.Max(2, (int)Math.Ceiling(Fineness * Math.Max(Math.Abs(to.X - from.X), Math.Abs(to.Y - from.Y))));
            for (var step = 0; step < steps; step++) yield return Bent(from.X + (to.X - from.X) * step / steps, from.Y + (to.Y - from.Y) * step / steps);
        }
        yield return Bent(cell.X, cell.Y);
    }

    /// <summary>Where a point of the rectangle lies: some 120 km wide and 90 km high, near 0° N 0° E.</summary>
    static (double, double) Bent(double x, double y) =>
        (1.1 * (x + .05 * Math.Sin(5 * y + 1) + .015 * Math.Sin(23 * y)), .8 * (y + .06 * Math.Sin(4 * x + 2) + .015 * Math.Sin(19 * x)));
}
