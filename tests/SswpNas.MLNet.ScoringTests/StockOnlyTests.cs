namespace SswpNas.MLNet.ScoringTests;

/// <summary>What scores a saved model brings neither our library nor libtorch.</summary>
[TestClass]
public sealed class StockOnlyTests
{
    [TestMethod]
    public void TheOutputFolderHoldsNeitherOurLibraryNorTorch()
    {
        string[] unwanted = [.. Directory.EnumerateFiles(AppContext.BaseDirectory, "*", SearchOption.AllDirectories)
            .Select(f => Path.GetFileName(f)!)
            .Where(f => f.Contains("torch", StringComparison.OrdinalIgnoreCase) || f == "SswpNas.MLNet.dll")];
        Assert.IsEmpty(unwanted);
    }
}
