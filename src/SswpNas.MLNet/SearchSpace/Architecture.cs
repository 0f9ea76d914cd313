using System.Text.RegularExpressions;

namespace SswpNas.MLNet;

/// <summary>
/// A network without its weights: genotype, width and stem (section 3.2). Found by a search
/// (<see cref="EncoderResult.Architecture"/>), taken from the literature (<see cref="KnownGenotypes"/>) or read from text; what
/// <see cref="SswpNasCatalog.Train(Architecture, string, string, TrainOptions)"/> trains from scratch.
/// </summary>
public sealed partial record Architecture
{
    /// <summary>Makes an architecture.</summary>
    /// <param name="genotype">3 to 64 cells; cells L/3 and 2L/3 (integer division) are reductions.</param>
    /// <param name="initialChannels">Width C of the first cell, even, 2 to 1024. Paper: 36 on CIFAR, 48 on ImageNet.</param>
    /// <param name="stem">What the network does to the image first.</param>
    /// <exception cref="ArgumentException">The width, the number of cells or the stem is out of range.</exception>
    public Architecture(Genotype genotype, int initialChannels, StemKind stem = StemKind.Cifar)
    {
        ArgumentNullException.ThrowIfNull(genotype);
        List<string> problems = [.. MacroStructure.Problems(initialChannels, genotype.Cells.Count)];
        new OptionCheck(problems).Defined(stem, nameof(Stem));
        OptionCheck.ThrowIfAny(problems, "The architecture");
        (Genotype, InitialChannels, Stem) = (genotype, initialChannels, stem);
    }

    /// <summary>The cells.</summary>
    public Genotype Genotype { get; }

    /// <summary>Width C of the first cell.</summary>
    public int InitialChannels { get; }

    /// <summary>What the network does to the image first.</summary>
    public StemKind Stem { get; }

    /// <summary>Depth L in cells.</summary>
    public int Cells => Genotype.Cells.Count;

    /// <summary>
    /// A side in pixels that the network takes is a multiple of this, and at least twice as large: 4, or 32 with the ImageNet
    /// stem.
    /// </summary>
    public int ImageSizeStep => 1 << Macro(new ImageShape(1, 1, 1)).Halvings;

    /// <summary>
    /// Trainable parameters of the network; an auxiliary head, which exists in training only, does not count.
    /// </summary>
    /// <param name="classes">Outputs of the classifier; 0 for the encoder alone.</param>
    /// <param name="imageChannels">1 or 3.</param>
    /// <returns>The number of parameters.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="InvalidOperationException">libtorch cannot be loaded.</exception>
    public long Parameters(int classes = 0, int imageChannels = 3)
    {
        using DerivedNetwork network = Create(new ImageShape(imageChannels, 2 * ImageSizeStep, 2 * ImageSizeStep), classes);
        return NamedTensors.CountParameters(network);
    }

    /// <summary>
    /// Multiply-adds of one image's way through the network: those of convolutions and linear layers. The paper's bound on
    /// ImageNet is 600 million at 224 x 224 pixels.
    /// </summary>
    /// <param name="imageSize">Height and width in pixels.</param>
    /// <param name="classes">Outputs of the classifier; 0 for the encoder alone.</param>
    /// <param name="imageChannels">1 or 3.</param>
    /// <returns>The number of multiply-adds.</returns>
    /// <exception cref="ArgumentException">The network takes no such images.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="InvalidOperationException">libtorch cannot be loaded.</exception>
    public long MultiplyAdds(int imageSize, int classes = 0, int imageChannels = 3)
    {
        ImageShape image = new(imageChannels, imageSize, imageSize);
        Macro(image).CheckImage();
        using DerivedNetwork network = Create(image, classes);
        CountingExecution run = new();
        FeatureMap features = network.Forward(run, new FeatureMap(imageChannels, imageSize));
        if (network.Classifier is LinearLayer classifier) run.Linear(features, classifier);
        return run.MultiplyAdds;
    }

    /// <summary>The architecture as text: a line for stem and width, then the genotype, a line a cell.</summary>
    /// <returns>For example <c>stem Cifar, 36 channels</c> and lines as <see cref="Genotype.ToString"/> writes them.</returns>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"stem {Stem}, {InitialChannels} channels\n{Genotype}");

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <param name="text">The text; lines may end in CR LF.</param>
    /// <returns>The architecture.</returns>
    /// <exception cref="FormatException">The text is malformed; the message says where and what was expected.</exception>
    public static Architecture Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.TrimStart().Split('\n', 2);
        Match first = FirstLine().Match(parts[0].Trim());
        if (!first.Success)
        {
            throw new FormatException(
                $"The first line of the architecture is '{parts[0].Trim()}'; a line such as 'stem Cifar, 36 channels' or "
                + "'stem ImageNet, 48 channels' was expected.");
        }

        Genotype genotype = Genotype.Parse(parts.Length > 1 ? parts[1] : "");
        try
        {
            return new Architecture(
                genotype, int.Parse(first.Groups[2].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture),
                Enum.Parse<StemKind>(first.Groups[1].ValueSpan));
        }
        catch (ArgumentException problem)
        {
            throw new FormatException(problem.Message, problem);
        }
    }

    internal MacroStructure Macro(ImageShape image) => new(Stem, InitialChannels, Cells, image);

    private DerivedNetwork Create(ImageShape image, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(classes);
        if (image.Channels is not (1 or 3))
        {
            throw new ArgumentOutOfRangeException(
                nameof(image), image.Channels, "Images of 1 or 3 channels were expected.");
        }

        Libtorch.EnsureLoaded();
        RandomStream random = new(0, RandomPurpose.Weights);
        return new DerivedNetwork(Macro(image), Genotype, classes, ref random);
    }

    [GeneratedRegex("^stem (Cifar|ImageNet|Strided), ([0-9]{1,5}) channels$")]
    private static partial Regex FirstLine();
}
