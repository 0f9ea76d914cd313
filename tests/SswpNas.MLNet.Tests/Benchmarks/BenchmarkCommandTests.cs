using SswpNas.MLNet.Benchmarks.Measuring;
using SswpNas.MLNet.Benchmarks;

namespace SswpNas.MLNet.Tests.Benchmarks;

[TestClass]
public sealed class BenchmarkCommandTests
{
    private static readonly string[] _asked =
        ["search_step", "views", "load", "fine_tune_epoch", "scoring", "memory"];

    [TestMethod]
    public void EverythingIsEachFigure()
    {
        BenchmarkCommand.Request request = Parse("all");
        Assert.IsEmpty(_asked.Except(request.Figures));
        foreach (string figure in request.Figures) Assert.AreEqual(figure, Parse(figure).Figures.Single());
    }

    [TestMethod]
    public void OptionsAreTaken()
    {
        BenchmarkCommand.Request request = Parse(
            "views", "--size", "16x8x48", "--json", "figures.json", "--device", "cuda", "--rounds", "3",
            "--threads", "1");
        Assert.AreEqual(new NetworkSize(16, 8, 48), request.Size);
        Assert.AreEqual("figures.json", request.Json);
        Assert.AreEqual("cuda", request.Device);
        Assert.AreEqual(3, request.Rounds);
        Assert.AreEqual(1, request.Threads);
    }

    [TestMethod]
    public void WithoutOptionsEachFigureHasItsOwnSizes()
    {
        BenchmarkCommand.Request request = Parse("search_step");
        Assert.IsNull(request.Size);
        Assert.IsNull(request.Json);
        Assert.AreEqual("cpu", request.Device);
        Assert.AreEqual(7, request.Rounds);
        Assert.AreEqual(Environment.ProcessorCount, request.Threads);
    }

    [TestMethod]
    public void AllThatIsWrongIsSaidAtOnce()
    {
        IReadOnlyList<string> errors = Errors(
            "searchstep", "--size", "8x5", "--json", "/no such folder/x.json", "--device", "tpu", "--rounds", "0",
            "--threads", "two", "--speed");
        foreach (string expected in new[]
        {
            "FIGURE is 'searchstep'; search_step, views,", "--size is '8x5'; CHANNELSxCELLSxBATCH",
            "--json is '/no such", "--device is 'tpu'; cpu or cuda", "--rounds is '0'; 1 to 1000",
            "--threads is 'two'; 1 to 1024", "'--speed'",
        })
        {
            Assert.ContainsSingle(e => e.Contains(expected, StringComparison.Ordinal), errors, expected);
        }
    }

    [TestMethod]
    [DataRow("7x5x32")]
    [DataRow("8x2x32")]
    [DataRow("8x5x1")]
    [DataRow("8x5x32x1")]
    [DataRow("-8x5x32")]
    [DataRow("8 x5x32")]
    [DataRow("8X5X32")]
    [DataRow("99999999999x5x32")]
    [DataRow("")]
    public void OtherSizesAreRefused(string size) => Assert.ContainsSingle(
        e => e.StartsWith($"--size is '{size}'", StringComparison.Ordinal), Errors("views", "--size", size));

    [TestMethod]
    public void AFigureHasToBeNamed() =>
        Assert.ContainsSingle(e => e.Contains("FIGURE", StringComparison.Ordinal), Errors());

    [TestMethod]
    public void HelpIsNoError()
    {
        Assert.IsNull(new BenchmarkCommand().Parse(["--help"], out IReadOnlyList<string> errors));
        Assert.IsEmpty(errors);
    }

    private static BenchmarkCommand.Request Parse(params string[] args)
    {
        BenchmarkCommand.Request? request = new BenchmarkCommand().Parse(args, out IReadOnlyList<string> errors);
        Assert.IsEmpty(errors);
        Assert.IsNotNull(request);
        return request;
    }

    private static IReadOnlyList<string> Errors(params string[] args)
    {
        Assert.IsNull(new BenchmarkCommand().Parse(args, out IReadOnlyList<string> errors));
        return errors;
    }
}
