using System.Runtime.InteropServices;
using Microsoft.ML;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.Tensors;
using SswpNas.MLNet.Tests.Children;
using SswpNas.MLNet.Tests.Data;
using SswpNas.MLNet.Tests.Estimators;
using SswpNas.MLNet.Training.Engines.Kernels;
using SswpNas.MLNet.Training.Memory;
using TorchSharp;

namespace SswpNas.MLNet.Tests.Training.Memory;

[TestClass]
public sealed class MemoryCheckTests
{
    private static readonly TorchDevice _cpu = new(DeviceType.CPU, -1, null);

    private static readonly StepMemory _step = new()
    {
        Macro = new MacroStructure(StemKind.Cifar, 36, 20, new ImageShape(3, 32, 32)),
        BatchSize = 96,
        Views = 2,
        GatesPerEdge = 1,
    };

    [TestMethod]
    public void ARefusalSaysWhatWouldFitAndThatFits()
    {
        long limit = _step.Bytes / 3;
        string message = Refusal(new MemoryCheck(_step, limit, _cpu).Before).Message;

        StringAssert.Contains(message, "BatchSize 96 (192 views) of 3 x 32 x 32 pixels through 20 cells of 36 initial channels takes about");
        string[] words = message.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);
        int batch = Number(words, "BatchSize", last: true), channels = Number(words, "InitialChannels", last: true);
        Assert.IsLessThanOrEqualTo(limit, (_step with { BatchSize = batch }).Bytes);
        Assert.IsGreaterThan(limit, (_step with { BatchSize = batch + 1 }).Bytes);
        Assert.IsLessThanOrEqualTo(limit, (_step with { Macro = _step.Macro with { InitialChannels = channels } }).Bytes);
        Assert.IsGreaterThan(limit, (_step with { Macro = _step.Macro with { InitialChannels = channels + 2 } }).Bytes);
    }

    [TestMethod]
    public void WhereNothingFitsThatIsSaid() => StringAssert.Contains(
        Refusal(new MemoryCheck(_step, 1000, _cpu).Before).Message, "No smaller batch would fit");

    [TestMethod]
    public void EveryKindOfLackBecomesTheOneError()
    {
        Exception[] lacks =
        [
            new InsufficientMemoryException(), new AggregateException(new InsufficientMemoryException()),
            new NativeProblem("[enforce fail at alloc_cpu.cpp:118] err == 0. DefaultCPUAllocator: can't allocate memory: you tried ..."),
            new NativeProblem("CUDA out of memory. Tried to allocate 2.00 GiB"),
        ];
        foreach (Exception lack in lacks)
        {
            MemoryCheck check = new(_step, long.MaxValue, _cpu);
            InsufficientMemoryException error = Refusal(() => check.Guard<int>(() => throw lack));
            Assert.AreSame(lack, error.InnerException);
            StringAssert.Contains(error.Message, "took more than there was");
            StringAssert.Contains(error.Message, "would fit");
        }

        Assert.ThrowsExactly<NativeProblem>(
            () => new MemoryCheck(_step, null, _cpu).Guard<int>(() => throw new NativeProblem("shapes do not match")));
    }

    [TestMethod]
    public unsafe void ThePoolKeepsToItsLimitAndGoesOn()
    {
        using BufferPool pool = new(limit: 4096);
        float* first = pool.Rent(512);
        Assert.ThrowsExactly<InsufficientMemoryException>(() => { pool.Rent(1024); });
        Assert.AreEqual((1, 2048L), (pool.InUse, pool.Bytes));
        pool.Return(first);
        pool.Rent(512);
        Assert.AreEqual(2048, pool.Bytes);
    }

    [TestMethod]
    public void AllFourEstimatorsRefuseBeforeAnImageIsRead()
    {
        MLContext ml = new(seed: 1);
        SswpNasCatalog sswp = ml.SswpNas();
        const long Little = 1 << 10;
        Architecture architecture = Tiny.Found.Architecture;
        Func<IDataView, ITransformer>[] fits =
        [
            data => sswp.Search(options: Tiny.Search with { MemoryLimit = Little }).Fit(data),
            data => sswp.Pretrain(Tiny.Found, PretrainOptions.From(Tiny.Search) with { MemoryLimit = Little }).Fit(data),
            data => sswp.FineTune(options: Tiny.FineTune with { MemoryLimit = Little }, searchResult: Tiny.Found).Fit(data),
            data => sswp.Train(architecture, options: new TrainOptions { MemoryLimit = Little, Device = "cpu" }).Fit(data),
        ];
        foreach (Func<IDataView, ITransformer> fit in fits)
        {
            CountedView data = new(new Stripes().View(ml));
            Refusal(() => fit(data));
            Assert.AreEqual(0, data.Rows);
        }

        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => sswp.Search(options: Tiny.Search with { MemoryLimit = 0 })).Message,
            "MemoryLimit is 0");
    }

    /// <summary>What an estimate leaves out (buffers of a thread, the smallest sizes) weighs most in a step this small.</summary>
    [TestMethod]
    public void ARunThatComesToTakeMoreEndsWithTheSameError()
    {
        MLContext ml = new(seed: 1);
        CountedView data = new(new Stripes().View(ml));
        long limit = Tiny.Search.MemoryOfStep(new ImageShape(3, 8, 8)).Bytes;

        InsufficientMemoryException error = Refusal(
            () => ml.SswpNas().Search(options: Tiny.Search with { MemoryLimit = limit, Threads = 32 }).Fit(data));

        StringAssert.Contains(error.Message, "took more than there was");
        Assert.IsInstanceOfType<InsufficientMemoryException>(error.InnerException);
        Assert.IsGreaterThan(0, data.Rows);
    }

    [TestMethod]
    [TestCategory("Long")]
    [TestCategory("Fault")]
    public void ASystemThatGivesNoMoreMemoryIsOneClearErrorAndNothingIsLeft()
    {
        string folder = Directory.CreateTempSubdirectory("sswpnas-").FullName;
        try
        {
            (int code, string said) = ChildRun.Run("-d 1200000", "memory", folder, "256");
            Console.WriteLine(said);
            Assert.AreEqual(LittleMemory.Refused, code, said);
            StringAssert.Contains(said, "A step of BatchSize 256 (512 views) of 3 x 32 x 32 pixels");
            StringAssert.Contains(said, "<- OutOfMemoryException");
            Assert.IsEmpty(Directory.GetFileSystemEntries(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>As TorchSharp passes on what libtorch throws.</summary>
    private sealed class NativeProblem(string message) : ExternalException(message);

    private static InsufficientMemoryException Refusal(Action action) => Assert.ThrowsExactly<InsufficientMemoryException>(action);

    private static int Number(string[] words, string name, bool last)
    {
        int at = last ? Array.LastIndexOf(words, name) : Array.IndexOf(words, name);
        return int.Parse(words[at + 1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
