using SswpNas.MLNet.Data;
using SswpNas.MLNet.FineTuning.SemiSupervised;

namespace SswpNas.MLNet.Tests.FineTuning;

/// <summary>What a teacher's classifier says, where features are many and labels few.</summary>
[TestClass]
public sealed class TeacherLabelsTests
{
    private const int Classes = 4, Length = 256, Train = 40, Judged = 400;

    /// <summary>Most of the numbers are noise, which a classifier with too much or too little regularisation takes for the class.</summary>
    [TestMethod]
    public void FewLabelsAreEnoughAndProbabilitiesAreNotTooSure()
    {
        Random random = new(1);
        int[] truth = [.. Enumerable.Range(0, Train + Judged).Select(i => i % Classes)];
        List<float> values = [];
        foreach (int c in truth)
        {
            // The class is in a few numbers, the rest is noise, all of it away from 0.
            for (int i = 0; i < Length; i++) values.Add((float)(5 + Normal(random) + (i / 8 == c ? 1.5 : 0)));
        }

        TeacherFeatures features = new(values, Length);
        int[] labels = [.. truth.Select((c, i) => i < Train ? c : LabelColumn.Missing)];
        double[][] logs = TeacherLabels.LogProbabilities(
            features, labels, Classes, [.. Enumerable.Range(0, Train)], [.. Enumerable.Range(Train, Judged)], CancellationToken.None);

        double right = logs.Where((p, i) => Array.IndexOf(p, p.Max()) == truth[Train + i]).Count() / (double)Judged;
        double sure = logs.Average(p => Math.Exp(p.Max()));
        Console.WriteLine($"right {right:P1}, sure {sure:P1}");
        Assert.IsGreaterThan(0.8, right);
        Assert.IsInRange(0.4, right + 0.05, sure);
        Assert.IsTrue(logs.All(p => Math.Abs(p.Sum(Math.Exp) - 1) < 1e-3));
    }

    [TestMethod]
    public void FeaturesAreCentredAndOfLengthOne()
    {
        TeacherFeatures features = new([1, 2, 3, 4, 5, 7, 2, 3, 5], 3);

        for (int n = 0; n < 3; n++) Assert.AreEqual(1, features[n].ToArray().Sum(v => v * v), 1e-6);
        Assert.AreEqual(0, new TeacherFeatures([1, 2, 1, 2], 2).Values.ToArray().Sum(Math.Abs));
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
