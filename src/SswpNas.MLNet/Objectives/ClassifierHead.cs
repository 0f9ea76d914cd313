using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace SswpNas.MLNet.Objectives;

/// <summary>The linear classifier with its cross entropy.</summary>
internal sealed class ClassifierHead(LinearLayer classifier, double labelSmoothing) : ILossHead
{
    public IReadOnlyList<Weight> Weights { get; } = NamedTensors.Weights(classifier);

    public Tensor Loss(Tensor features, ImageBatch batch, WeightGradients? gradients)
    {
        using Tensor logits = classifier.Forward(features, gradients);
        return CrossEntropy(logits, batch);
    }

    /// <summary>Of logits, [images, classes], with the batch's labels.</summary>
    public Tensor CrossEntropy(Tensor logits, ImageBatch batch)
    {
        using Tensor labels = Upload.Longs(batch.Labels, [batch.Labels.Length], logits.device);
        if (batch.Targets.Length == 0) return cross_entropy(logits, labels, label_smoothing: labelSmoothing);
        using DisposeScope scope = NewDisposeScope();
        int labelled = batch.Labels.Length;
        Tensor supervised = cross_entropy(logits[..labelled], labels, label_smoothing: labelSmoothing);
        Tensor targets = Upload.Floats(batch.Targets, [logits.shape[0] - labelled, logits.shape[1]], logits.device);
        Tensor unsupervised = targets.mul(log_softmax(logits[labelled..], 1)).sum();
        return supervised.sub(unsupervised).MoveToOuterDisposeScope();
    }

    /// <summary>Log-probabilities of the classes, [images][classes], from features.</summary>
    public double[][] LogProbabilities(float[] features, int size)
    {
        float[] matrix = HostSync.Numbers(classifier.Matrix.Value), bias = HostSync.Numbers(classifier.Bias.Value);
        int images = features.Length / size;
        double[][] all = new double[images][];
        for (int n = 0; n < images; n++)
        {
            double[] logits = new double[bias.Length];
            for (int c = 0; c < logits.Length; c++)
            {
                logits[c] = bias[c] + TensorPrimitives.Dot(
                    features.AsSpan(n * size, size), matrix.AsSpan(c * size, size));
            }

            double max = logits.Max();
            double log = max + Math.Log(logits.Sum(l => Math.Exp(l - max)));
            for (int c = 0; c < logits.Length; c++) logits[c] -= log;
            all[n] = logits;
        }

        return all;
    }
}
