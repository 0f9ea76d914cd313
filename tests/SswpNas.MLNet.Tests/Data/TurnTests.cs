using SswpNas.MLNet.Data.Views;
using SswpNas.MLNet.Data;

namespace SswpNas.MLNet.Tests.Data;

[TestClass]
public sealed class TurnTests
{
    [TestMethod]
    [DataRow(1, new float[] { 7, 4, 1, 8, 5, 2, 9, 6, 3 })]
    [DataRow(2, new float[] { 9, 8, 7, 6, 5, 4, 3, 2, 1 })]
    [DataRow(3, new float[] { 3, 6, 9, 2, 5, 8, 1, 4, 7 })]
    public void QuartersAreTurnedClockwise(int quarters, float[] expected)
    {
        Planes planes = new(new ImageShape(1, 3, 3));
        for (int i = 0; i < 9; i++) planes.Plane(0)[i] = i + 1;

        planes.Turn(quarters);

        CollectionAssert.AreEqual(expected, planes.Plane(0)[..9].ToArray());
    }
}
