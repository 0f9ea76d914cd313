using System.Text.Json;
using SswpNas.MLNet;
using SswpNas.MLNet.Examples;

namespace RatioSweep;

/// <summary>
/// What a sweep is about. The search writes it into the folder, so that the other verbs, on other machines too, need no more
/// than the folder.
/// </summary>
internal sealed record Settings(
    string Scale, string? Data, string? TestData, IReadOnlyList<double> Ratios, IReadOnlyList<int> Seeds, string Device)
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    /// <summary>What was asked for, with what the folder or the defaults add.</summary>
    /// <exception cref="UsageException">The folder was made with something else; the message lists every difference.</exception>
    /// <exception cref="InvalidDataException">The folder's settings are damaged.</exception>
    public static Settings Of(Request request, OutputFolder folder)
    {
        Settings? there = Read(folder.Settings);
        SweepOptions standard = new();
        Settings wanted = new(
            request.Scale ?? there?.Scale ?? "toy",
            Full(request.Data) ?? there?.Data,
            Full(request.TestData) ?? (request.Data is null ? there?.TestData : null),
            request.Ratios ?? there?.Ratios ?? standard.Ratios,
            request.Seeds ?? there?.Seeds ?? standard.Seeds,
            request.Device ?? there?.Device ?? "auto");
        if (there is not null) wanted.EnsureLike(there, folder);
        return wanted;
    }

    public void Write(OutputFolder folder) => NewFile.Write(
        folder.Settings, file => File.WriteAllBytes(file, JsonSerializer.SerializeToUtf8Bytes(this, Json)));

    /// <summary>Folders may be found elsewhere on another machine: that the images are the same, the sweep finds out.</summary>
    private void EnsureLike(Settings there, OutputFolder folder)
    {
        (string Option, string There, string Here)[] all =
        [
            ("--scale", there.Scale, Scale),
            ("--ratios", Text(there.Ratios.Order()), Text(Ratios.Order())),
            ("--seeds", Text(there.Seeds), Text(Seeds)),
            ("--device", there.Device, Device),
        ];
        string[] different = [.. all.Where(o => o.There != o.Here).Select(o => $"- {o.Option}: {o.There} there, {o.Here} here")];
        if (different.Length == 0) return;
        throw new UsageException(
            $"The folder '{folder.Root}' was made with other options; leave them out, or choose another --output:"
            + $"{Environment.NewLine}{string.Join(Environment.NewLine, different)}");
    }

    private static Settings? Read(string path)
    {
        if (!File.Exists(path)) return null;
        try
        {
            return JsonSerializer.Deserialize<Settings>(File.ReadAllBytes(path), Json) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException(
                $"'{path}' does not hold the settings of a sweep ({e.Message}); choose another --output.", e);
        }
    }

    private static string? Full(string? path) => path is null ? null : Path.GetFullPath(path);

    private static string Text<T>(IEnumerable<T> numbers)
        where T : IFormattable =>
        string.Join(',', numbers.Select(n => n.ToString(null, System.Globalization.CultureInfo.InvariantCulture)));
}
