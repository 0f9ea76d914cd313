using SswpNas.MLNet.Benchmarks.Measuring;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.FineTuning;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.Training.Engines;

namespace SswpNas.MLNet.Benchmarks.Figures;

/// <summary>An epoch of fine-tuning a derived network, by our kernels and by libtorch, by turns.</summary>
internal sealed class FineTuneEpochFigure : IFigure
{
    private const int Steps = 8;
    private const int Seed = 1;

    public string Description => "an epoch of fine-tuning, own kernels against libtorch";

    public void Measure(MeasureContext context)
    {
        foreach (NetworkSize size in context.Sizes(NetworkSize.Small, NetworkSize.Medium)) Measure(context, size);
    }

    private static void Measure(MeasureContext context, NetworkSize size)
    {
        LabelledPixels data = BenchmarkImages.Labelled();
        using Side own = new(context, size, data, managedKernels: true);
        using Side libtorch = new(context, size, data, managedKernels: false);
        (double[] first, double[] second) = Stopwatches.Interleaved(context.Rounds, own.Epoch, libtorch.Epoch);
        string name = $"fine_tune_epoch.{size}";
        context.Report.Add($"{name}.speedup", "x", Quartiles.OfRatios(second, first));
        context.Report.Add($"{name}.product", "s", first);
        context.Report.Add($"{name}.libtorch", "s", second);
    }

    /// <summary>A network with its engine; each epoch is a fine-tuning of one.</summary>
    private sealed class Side : IDisposable
    {
        private readonly NetworkEngine _engine;
        private readonly DerivedNetwork _network;
        private readonly FineTuneLoop _loop;
        private readonly int[] _images;

        public Side(MeasureContext context, NetworkSize size, LabelledPixels data, bool managedKernels)
        {
            FineTuneOptions options = FineTuneOptions.Paper with
            {
                Epochs = 1,
                WarmUpEpochs = 0,
                AuxiliaryWeight = 0,
                BatchSize = size.Batch,
                Threads = context.Threads,
            };
            RandomStream random = new(Seed, RandomPurpose.Weights);
            MacroStructure macro = new(StemKind.Cifar, size.Channels, size.Cells, data.Pixels.Shape);
            _network = new DerivedNetwork(macro, RandomGenotype(size.Cells), data.ClassNames.Length, ref random);
            LayerDevice.Move(_network, context.TorchDevice);
            _engine = NetworkEngine.Create(context.TorchDevice, context.Threads, managedKernels);
            // Images lie class by class; the stride mixes them.
            _images = [.. Enumerable.Range(0, Steps * size.Batch).Select(i => (int)(i * 997L % data.Labels.Length))];
            _loop = new FineTuneLoop(data, PixelNormalization.Of(data.Pixels, _images), options, Seed, _engine);
        }

        public void Epoch() => _loop.Train(_network, learningRate: 0.01, _images, []);

        public void Dispose()
        {
            _network.Dispose();
            _engine.Dispose();
        }

        /// <summary>What random alphas come to: all operations occur.</summary>
        private static Genotype RandomGenotype(int cells)
        {
            RandomStream random = new(Seed, RandomPurpose.Paths);
            List<CellGenotype> all = [];
            for (int i = 0; i < cells; i++) all.Add(Cell(ref random));
            return new Genotype(all);
        }

        private static CellGenotype Cell(ref RandomStream random)
        {
            float[][] alphas = new float[CellTopology.Edges][];
            for (int e = 0; e < alphas.Length; e++)
            {
                alphas[e] = new float[CellOperations.Count];
                for (int k = 0; k < alphas[e].Length; k++) alphas[e][k] = (float)random.NextDouble();
            }

            return GenotypeDerivation.Derive(alphas, restrict: true);
        }
    }
}
