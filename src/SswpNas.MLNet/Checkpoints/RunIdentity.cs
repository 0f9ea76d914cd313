namespace SswpNas.MLNet.Checkpoints;

/// <summary>What identifies a run, by name: kind, options, seed, data, starting network, device, version.</summary>
internal static class RunIdentity
{
    public static IReadOnlyDictionary<string, string> Of(
        string kind, object options, int seed, TorchSharp.DeviceType device, LabelledPixels data, FoundNetwork? start)
    {
        SortedDictionary<string, string> identity = new(StringComparer.Ordinal)
        {
            ["kind of run"] = kind,
            ["version of the library"] = LibraryVersion.Text,
            ["seed"] = seed.ToString(CultureInfo.InvariantCulture),
            ["kind of device"] = device.ToString(),
            ["images"] = data.Pixels.Count.ToString(CultureInfo.InvariantCulture),
            ["images' fingerprint"] = data.Pixels.Fingerprint().ToString("x16", CultureInfo.InvariantCulture),
            ["labels' fingerprint"] = data.Labels.Length == 0 ? "no labels" : OfLabels(data),
            ["network at the start"] = start is null ? "none" : NetworkFingerprint.Of(start),
        };
        if (data.Teacher is TeacherFeatures teacher)
            identity["teacher's features' fingerprint"] = ShortHash.Of(MemoryMarshal.AsBytes(teacher.Values));
        foreach ((string name, string text) in OptionText.OfRun(options)) identity[$"option {name}"] = text;
        return identity;
    }

    /// <exception cref="InvalidOperationException">The checkpoints are of another run: the message lists every difference.</exception>
    public static void Check(
        string folder, IReadOnlyDictionary<string, string> there, IReadOnlyDictionary<string, string> here) =>
        Differences.Check(OptionText.WithCurrentNames(there), here, lines => new InvalidOperationException(
            $"The checkpoints in '{folder}' are of another run; choose another folder, remove this one to start over, or go back "
            + $"to its settings. What differs:{lines}"));

    private static string OfLabels(LabelledPixels data)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes(data.Labels.AsSpan()));
        foreach (string name in data.ClassNames) hash.AppendData(Encoding.UTF8.GetBytes(name + "\0"));
        return ShortHash.Of(hash);
    }
}
