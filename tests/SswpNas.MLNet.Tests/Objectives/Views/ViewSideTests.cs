using SswpNas.MLNet.Data;
using SswpNas.MLNet.Objectives;
using SswpNas.MLNet.SearchSpace;

namespace SswpNas.MLNet.Tests.Objectives.Views;

[TestClass]
public sealed class ViewSideTests
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
        Assert.AreEqual(half, ViewSide.Half(new MacroStructure(StemKind.Cifar, 4, 3, image)));
        new MacroStructure(StemKind.Cifar, InitialChannels: 4, Cells: 3, new ImageShape(3, half, half)).CheckImage();
    }

    [TestMethod]
    public void TheFirstEpochsAreSmall()
    {
        MacroStructure macro = new(StemKind.Cifar, 4, 3, new ImageShape(3, 32, 32));
        int[] sides = [.. Enumerable.Range(0, 6).Select(epoch => ViewSide.Of(epoch, 6, 0.5, macro))];
        CollectionAssert.AreEqual(new[] { 16, 16, 16, 32, 32, 32 }, sides);
        Assert.AreEqual(32, ViewSide.Of(0, 6, 0, macro));
    }
}
