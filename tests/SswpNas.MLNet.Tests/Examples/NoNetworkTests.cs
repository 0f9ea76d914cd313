using SswpNas.MLNet.Tests.Data;
using SswpNas.MLNet.Tests.Package;

namespace SswpNas.MLNet.Tests.Examples;

/// <summary>
/// Programs in a network namespace of their own, which has no way out and counts whoever looks for one: a name that is asked for, a
/// connection and a datagram all end at a missing route.
/// </summary>
[TestClass]
[TestCategory("Long")]
public sealed class NoNetworkTests : IDisposable
{
    private const string Counter = "OutNoRoutes";
    private const string Attempts = "attempts: ";

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void WhoeverLooksForAWayOutIsCounted() =>
        Assert.AreEqual((1, 1), Ran("(echo > /dev/tcp/192.0.2.1/80) 2> /dev/null"));

    [TestMethod]
    public void SearchFineTuneAndScoringAskForNothing()
    {
        using TestFolder images = new TestFolder().WithClasses(40, "ant", "bee", "cat");
        Assert.AreEqual((0, 0), Ran(
            """
            dotnet exec "$0" --data "$2" --preset smoke --label-fraction 0.6 --rival false --output made > said.txt &&
            dotnet exec "$1" --model made/model.zip --images "$2" --output scores.csv >> said.txt
            """,
            ExampleProcess.PathOf("Quickstart"), ExampleProcess.PathOf("ScoreImages"), images.Root));
        Assert.IsTrue(File.Exists(Path.Combine(_folder.Root, "made", "report.html")));
        Assert.IsTrue(File.Exists(Path.Combine(_folder.Root, "scores.csv")));
    }

    /// <summary>What bash ran the commands to, and how many packets found no route meanwhile.</summary>
    private (int Code, int Attempts) Ran(string commands, params string[] arguments)
    {
        if (!OperatingSystem.IsLinux()) Assert.Inconclusive("Network namespaces are Linux's.");
        (int code, string said) = Run(["true"]);
        if (code != 0) Assert.Inconclusive($"This machine gives no network namespace: {said}");

        (code, said) = Run(["bash", "-c", $"{commands}\ncode=$?\necho \"{Attempts}\"$(grep Ip: /proc/net/snmp)\nexit $code", .. arguments]);
        Console.WriteLine(said);
        string[] words = said[(said.IndexOf(Attempts, StringComparison.Ordinal) + Attempts.Length)..].Split(
            (char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        int columns = Array.IndexOf(words, "Ip:", 1);
        return (code, int.Parse(words[columns + Array.IndexOf(words, Counter)], System.Globalization.CultureInfo.InvariantCulture));
    }

    private (int Code, string Said) Run(string[] command) =>
        Tool.Try(_folder.Root, "unshare", ["--map-root-user", "--net", "--", .. command]);
}
