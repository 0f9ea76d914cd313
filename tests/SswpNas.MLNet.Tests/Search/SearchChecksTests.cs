using SswpNas.MLNet.Data;
using SswpNas.MLNet.Search;
using SswpNas.MLNet.SearchSpace;

namespace SswpNas.MLNet.Tests.Search;

[TestClass]
public sealed class SearchChecksTests
{
    [TestMethod]
    [DataRow(32, 16)]
    [DataRow(28, 16)]
    [DataRow(64, 32)]
    [DataRow(20, 12)]
    [DataRow(12, 8)]
    [DataRow(8, 8)]
    public void HalfASideIsOneThatTheNetworkTakes(int side, int half)
    {
        ImageShape image = new(3, side, side);
        Assert.AreEqual(half, SearchChecks.HalfSide(new MacroStructure(StemKind.Cifar, 4, 3, image)));
        SearchChecks.Image(new ImageShape(3, half, half), StemKind.Cifar, channels: 4, cells: 3);
    }
}
