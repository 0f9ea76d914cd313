using System.Text.RegularExpressions;

namespace SswpNas.MLNet.Sweeps;

/// <summary>
/// Names under which a sweep writes what is then renamed. They tell who writes, so that what a process left that was killed
/// while it wrote is told from what another one writes now.
/// </summary>
internal static partial class SweepTemporary
{
    /// <summary>A name beside <paramref name="path"/> that nobody else uses.</summary>
    public static string Of(string path) => $"{path}.{ProcessIdentity.Own.Tag}-{Guid.NewGuid():N}.new";

    /// <summary>Removes what processes left that are gone. What is half written has a whole twin, or is written again.</summary>
    public static void RemoveOrphans(string folder)
    {
        foreach (string path in Directory.EnumerateFiles(folder, "*.new"))
        {
            Match name = Name().Match(path);
            if (!name.Success) continue; // no name of ours
            if (!(ProcessIdentity.Runs(name.Groups[1].Value) ?? SweepClock.Age(path).Duration() <= SweepClaim.Lease)) File.Delete(path);
        }
    }

    [GeneratedRegex("\\.([0-9a-f]{16}-[0-9]{1,10}-[0-9]{1,19})-[0-9a-f]{32}\\.new$")]
    private static partial Regex Name();
}
