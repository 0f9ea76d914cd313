using System.Text.Json;
using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Tests.Golden;

/// <summary>
/// Figures of an independent implementation: files in the folder that SSWPNAS_GOLDEN names, else in shared/golden beside
/// the repository.
/// </summary>
internal static class GoldenFiles
{
    public const double Tolerance = 1e-4;

    public static JsonElement Method(string section) => Read("method.json").GetProperty(section);

    public static JsonElement Network() => Read("network.json");

    public static JsonElement[] Cases(JsonElement section)
    {
        JsonElement[] cases = [.. section.GetProperty("cases").EnumerateArray()];
        Assert.IsNotEmpty(cases);
        return cases;
    }

    public static float[] Floats(JsonElement array) => [.. array.EnumerateArray().Select(v => v.GetSingle())];

    public static long[] Shape(JsonElement array) => [.. array.EnumerateArray().Select(v => v.GetInt64())];

    public static float[][] Rows(JsonElement array) => [.. array.EnumerateArray().Select(Floats)];

    /// <summary>A tensor of numbers nested to any depth.</summary>
    public static Tensor Values(JsonElement nested, params long[] shape)
    {
        List<float> values = [];
        Flatten(nested, values);
        return tensor(values.ToArray(), shape);
    }

    /// <summary>A tensor written as [shape, values].</summary>
    public static Tensor Shaped(JsonElement pair) => Values(pair[1], Shape(pair[0]));

    public static CellGenotype Cell(JsonElement edges) => new([.. edges.EnumerateArray().Select(e =>
        new GenotypeEdge(CellOperations.Parse(e[0].GetString()!), e[1].GetInt32()))]);

    /// <summary>The number that stands before or after a word in a key such as <c>cifar_36ch</c> or <c>ch8_cells5</c>.</summary>
    public static int Number(string key, string word, int otherwise)
    {
        Match match = Regex.Match(key, $@"(\d+){word}|{word}(\d+)");
        return match.Success ? int.Parse(match.Groups[1].Value + match.Groups[2].Value) : otherwise;
    }

    public static void AreClose(Tensor expected, Tensor actual, string what)
    {
        CollectionAssert.AreEqual(expected.shape, actual.shape, what);
        float difference = (expected - actual).abs().max().item<float>();
        Assert.IsLessThanOrEqualTo(Tolerance, difference, what);
    }

    public static void AreClose(
        IReadOnlyCollection<float> expected, IReadOnlyCollection<double> actual, double tolerance, string what)
    {
        Assert.HasCount(expected.Count, actual, what);
        foreach ((float e, double a) in expected.Zip(actual)) Assert.AreEqual(e, a, tolerance, what);
    }

    private static JsonElement Read(string file)
    {
        string path = Path.Combine(Folder(), file);
        if (!File.Exists(path)) Assert.Inconclusive($"There are no golden figures to compare with: {path} does not exist.");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.Clone();
    }

    private static string Folder()
    {
        if (Environment.GetEnvironmentVariable("SSWPNAS_GOLDEN") is { Length: > 0 } named) return Path.GetFullPath(named);
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "SswpNas.MLNet.sln"))) folder = folder.Parent;
        return Path.GetFullPath(Path.Combine(folder?.FullName ?? AppContext.BaseDirectory, "..", "shared", "golden"));
    }

    private static void Flatten(JsonElement element, List<float> values)
    {
        if (element.ValueKind == JsonValueKind.Number)
        {
            values.Add(element.GetSingle());
            return;
        }

        foreach (JsonElement child in element.EnumerateArray()) Flatten(child, values);
    }
}
