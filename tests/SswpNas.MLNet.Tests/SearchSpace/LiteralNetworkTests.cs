using SswpNas.MLNet.Data;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.Tests.Onnx;
using SswpNas.MLNet.Training.Engines;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SswpNas.MLNet.Tests.SearchSpace;

/// <summary>Both macro structures beside DARTS's network, written out from the names of its weights.</summary>
[TestClass]
public sealed class LiteralNetworkTests
{
    [TestMethod]
    [DataRow("DARTS_V1", StemKind.Cifar, 3, 16, 8)]
    [DataRow("DARTS_V2", StemKind.Cifar, 1, 8, 5)]
    [DataRow("PDARTS", StemKind.Cifar, 3, 12, 3)]
    [DataRow("DARTS_V1", StemKind.ImageNet, 1, 64, 3)]
    [DataRow("DARTS_V2", StemKind.ImageNet, 3, 64, 8)]
    [DataRow("PDARTS", StemKind.ImageNet, 3, 96, 5)]
    [DataRow("all", StemKind.ImageNet, 3, 64, 7)]
    [DataRow("DARTS_V1", StemKind.Strided, 3, 48, 5)]
    [DataRow("all", StemKind.Strided, 1, 32, 7)]
    public void TheNetworkIsDartss(string name, StemKind stem, int channels, int size, int cells)
    {
        Genotype genotype = name switch
        {
            "DARTS_V1" => KnownGenotypes.DARTS_V1(cells),
            "DARTS_V2" => KnownGenotypes.DARTS_V2(cells),
            "PDARTS" => KnownGenotypes.PDARTS(cells),
            _ => OnnxSamples.AllOperations(cells),
        };
        using IDisposable scope = NewDisposeScope();
        RandomStream random = new(3, RandomPurpose.Weights);
        using DerivedNetwork network = new(
            new MacroStructure(stem, 4, cells, new ImageShape(channels, size, size)), genotype, classes: 3, ref random);
        OnnxSamples.Unsettle(network);
        Tensor images = rand(2, channels, size, size, generator: new Generator(1)) - 0.5;

        Tensor expected = new Literal(NamedTensors.All(network), genotype, stem).Forward(images);

        Tensor actual = network.Classifier!.Forward(network.Forward(new TorchExecution(Pass.Evaluation), images), gradients: null);
        float difference = (expected - actual).abs().max().item<float>();
        Assert.IsLessThan(1e-4f * Math.Max(1, expected.abs().max().item<float>()), difference);
        Assert.IsGreaterThan(1e-3f, (expected[0] - expected[1]).abs().max().item<float>(), "the images are told apart");
    }

    private sealed class Literal(IReadOnlyDictionary<string, Tensor> w, Genotype genotype, StemKind stem)
    {
        public Tensor Forward(Tensor x)
        {
            (Tensor s0, Tensor s1) = Stem(x);
            bool reductionBefore = stem == StemKind.ImageNet;
            int cells = genotype.Cells.Count;
            for (int i = 0; i < cells; i++)
            {
                bool reduction = i == cells / 3 || i == 2 * cells / 3;
                (s0, s1) = (s1, Cell($"cells.{i}.", genotype.Cells[i], s0, s1, reduction, reductionBefore));
                reductionBefore = reduction;
            }

            return linear(s1.mean([2, 3]), w["classifier.weight"], w["classifier.bias"]);
        }

        private (Tensor, Tensor) Stem(Tensor x)
        {
            if (stem == StemKind.Cifar)
            {
                Tensor only = Norm("stem.1.", Conv("stem.0", x, 1, 1));
                return (only, only);
            }

            if (stem == StemKind.Strided)
            {
                Tensor full = Norm("stem.1.", Conv("stem.0", x, 2, 1)), less = Norm("stem.4.", Conv("stem.3", relu(full), 2, 1));
                return (less, less);
            }

            Tensor half = Norm("stem0.1.", Conv("stem0.0", x, 2, 1));
            Tensor quarter = Norm("stem0.4.", Conv("stem0.3", relu(half), 2, 1));
            return (quarter, Norm("stem1.2.", Conv("stem1.1", relu(quarter), 2, 1)));
        }

        private Tensor Cell(string cell, CellGenotype edges, Tensor s0, Tensor s1, bool reduction, bool reductionBefore)
        {
            List<Tensor> states =
            [
                reductionBefore ? FactorisedReduce(cell + "preprocess0.", s0) : Preprocess(cell + "preprocess0.", s0),
                Preprocess(cell + "preprocess1.", s1),
            ];
            for (int e = 0; e < 8; e += 2) states.Add(Edge(e) + Edge(e + 1));
            return cat(states[2..], 1);

            Tensor Edge(int e)
            {
                GenotypeEdge edge = edges.Edges[e];
                int stride = reduction && edge.Input < 2 ? 2 : 1;
                return Operation($"{cell}edges.{e}.", edge.Operation.ToName(), states[edge.Input], stride);
            }
        }

        private Tensor Operation(string at, string name, Tensor x, int stride) => name switch
        {
            "skip_connect" => stride == 1 ? x : FactorisedReduce(at, x),
            "max_pool_3x3" => Norm(at + "1.", max_pool2d(x, 3, stride, 1)),
            "avg_pool_3x3" => Norm(at + "1.", avg_pool2d(x, 3, stride, 1, count_include_pad: false)),
            "sep_conv_3x3" => Half(at, 5, Half(at, 1, x, 3, stride, 1), 3, 1, 1),
            "sep_conv_5x5" => Half(at, 5, Half(at, 1, x, 5, stride, 1), 5, 1, 1),
            "dil_conv_3x3" => Half(at, 1, x, 3, stride, 2),
            "dil_conv_5x5" => Half(at, 1, x, 5, stride, 2),
            _ => throw new AssertFailedException(name),
        };

        /// <summary>ReLU, depthwise, pointwise, batch norm.</summary>
        private Tensor Half(string at, int number, Tensor x, int kernel, int stride, int dilation)
        {
            int padding = dilation * (kernel / 2);
            Tensor depthwise = Conv($"{at}op.{number}", relu(x), stride, padding, dilation, (int)x.shape[1]);
            return Norm($"{at}op.{number + 2}.", Conv($"{at}op.{number + 1}", depthwise, 1, 0));
        }

        private Tensor Preprocess(string at, Tensor x) => Norm(at + "op.2.", Conv(at + "op.1", relu(x), 1, 0));

        private Tensor FactorisedReduce(string at, Tensor x)
        {
            Tensor y = relu(x);
            Tensor odd = y.slice(2, 1, y.shape[2], 1).slice(3, 1, y.shape[3], 1);
            return Norm(at + "bn.", cat([Conv(at + "conv_1", y, 2, 0), Conv(at + "conv_2", odd, 2, 0)], 1));
        }

        private Tensor Conv(string name, Tensor x, int stride, int padding, int dilation = 1, int groups = 1) => conv2d(
            x, w[name + ".weight"], null, [stride, stride], [padding, padding], [dilation, dilation], groups);

        private Tensor Norm(string at, Tensor x) => batch_norm(
            x, w[at + "running_mean"], w[at + "running_var"], w.GetValueOrDefault(at + "weight"),
            w.GetValueOrDefault(at + "bias"), training: false, eps: 1e-5);
    }
}
