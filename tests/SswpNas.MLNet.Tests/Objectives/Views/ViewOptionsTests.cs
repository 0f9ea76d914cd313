namespace SswpNas.MLNet.Tests.Objectives.Views;

[TestClass]
public sealed class ViewOptionsTests
{
    [TestMethod]
    public void TheDefaultsAreThePapers()
    {
        ViewOptions options = new();
        Assert.AreEqual((0.08, 1), (options.MinimumCropArea, options.MaximumCropArea));
        Assert.AreEqual((3.0 / 4, 4.0 / 3), (options.MinimumAspectRatio, options.MaximumAspectRatio));
        Assert.AreEqual(
            (0.8, 0.8, 0.8, 0.2), (options.Brightness, options.Contrast, options.Saturation, options.Hue));
        Assert.AreEqual(
            (0.5, 0.3, 0.2, 0.2),
            (options.FlipProbability, options.JitterProbability, options.GrayscaleProbability,
                options.BlurProbability));
        Assert.AreEqual((0, 0), (options.VerticalFlipProbability, options.Rotate90Probability));
        Assert.AreEqual((1, 2), (options.MinimumBlurSigma, options.MaximumBlurSigma));
        Assert.AreEqual("", string.Join('\n', options.Problems("Views")));
    }

    [TestMethod]
    public void AllOptionsOutOfRangeAreNamedAtOnce()
    {
        ViewOptions options = new()
        {
            FlipProbability = 1.5,
            Hue = double.NaN,
            MinimumCropArea = 0.5,
            MaximumCropArea = 0.4,
            MinimumBlurSigma = 0,
        };
        string[] expected =
        [
            "Views.MaximumCropArea is 0.4; MinimumCropArea (0.5) to 1 was expected.",
            "Views.FlipProbability is 1.5; 0 to 1 was expected.",
            "Views.Hue is NaN; 0 to 0.5 was expected.",
            "Views.MinimumBlurSigma is 0; 0.1 to 10 was expected.",
        ];
        CollectionAssert.AreEqual(expected, options.Problems("Views").ToArray());
    }

    [TestMethod]
    public void EveryOptionIsChecked()
    {
        foreach (System.Reflection.PropertyInfo property in typeof(ViewOptions).GetProperties())
        {
            foreach (double wrong in new[] { -0.1, 10.5, double.NaN, double.PositiveInfinity })
            {
                ViewOptions options = new();
                property.SetValue(options, wrong);
                string start = $"Views.{property.Name} is {wrong}; ";
                Assert.IsTrue(
                    options.Problems("Views").Any(p => p.StartsWith(start, StringComparison.Ordinal)), start);
            }
        }
    }
}
