using PublicApiGenerator;

namespace SswpNas.MLNet.Tests.Package;

/// <summary>
/// PublicApi.txt is what users may rely on. A change of it is a decision: run the test with SSWPNAS_APPROVE=1, look at the
/// difference, commit it.
/// </summary>
[TestClass]
public sealed class PublicApiTests
{
    [TestMethod]
    public void ThePublicApiIsTheApprovedOne()
    {
        string file = Path.Combine(PackedLibrary.Repository(), "tests", "SswpNas.MLNet.Tests", "Package", "PublicApi.txt");
        string now = typeof(SearchResult).Assembly.GeneratePublicApi(new ApiGeneratorOptions
        {
            IncludeAssemblyAttributes = false,
            DenyNamespacePrefixes = [],
        }).ReplaceLineEndings("\n") + "\n";
        if (Environment.GetEnvironmentVariable("SSWPNAS_APPROVE") == "1") File.WriteAllText(file, now);

        string[] approved = File.ReadAllLines(file), lines = now.TrimEnd('\n').Split('\n');
        string[] gone = [.. approved.Except(lines).Select(l => $"- {l.Trim()}")], come = [.. lines.Except(approved).Select(l => $"+ {l.Trim()}")];
        Assert.AreEqual(
            "", string.Join('\n', gone.Concat(come)),
            "The public API is another one. If that is meant, run this test with SSWPNAS_APPROVE=1 and commit PublicApi.txt.");
        CollectionAssert.AreEqual(approved, lines);
    }
}
