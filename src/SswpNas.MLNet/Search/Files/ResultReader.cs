using TorchSharp;

namespace SswpNas.MLNet.Search.Files;

/// <summary>Reads the files of a complete folder and checks that they make one result.</summary>
/// <typeparam name="TEpoch">What is said about an epoch.</typeparam>
internal class ResultReader<TEpoch>
    where TEpoch : EncoderEpoch
{
    private const int MaxJsonBytes = 64 << 20;
    private const int MaxImageSide = 1 << 14;
    private const int MaxEpochs = 1 << 20;

    private readonly string _folder;
    private readonly ResultDocument<TEpoch> _document;

    public ResultReader(string folder, ResultFolder kind)
    {
        _folder = folder;
        Json = PathOf(kind.Json);
        _document = ResultDocument.Parse<TEpoch>(RegularFile.Bytes(Json, MaxJsonBytes), Json);
        Sha256Sums.Check(folder, kind.Contents);
    }

    protected string Json { get; }

    protected int Cells => _document.Network.Cells;

    /// <exception cref="InvalidDataException">A file is damaged, or the files do not fit one another.</exception>
    public FoundNetwork Network()
    {
        MacroStructure macro = Macro();
        ResultDocument.ImagePart image = Image();
        Genotype genotype = Genotype();
        return new FoundNetwork(
            macro, genotype, new PixelRange(image.Black, image.White),
            new PixelNormalization(image.Mean, image.StandardDeviation), Weights(macro, genotype), Settings());
    }

    /// <summary>The epochs, each one sane and in its place.</summary>
    public TEpoch[] History()
    {
        TEpoch[] history = _document.History;
        That(history.Length <= MaxEpochs, $"{history.Length} epochs", $"at most {MaxEpochs}");
        for (int i = 0; i < history.Length; i++)
        {
            if (history[i] is not { } epoch || !epoch.IsSane(i) || !IsSane(epoch))
                throw Damaged.File(Json, $"has a damaged history at its entry {i + 1}", "the numbers of an epoch");
        }

        return history;
    }

    /// <summary>What a kind of result alone says of an epoch; asked in the order of the epochs.</summary>
    protected virtual bool IsSane(TEpoch epoch) => true;

    private MacroStructure Macro()
    {
        (StemKind stem, int channels, int cells) = _document.Network;
        ImageShape image = new(_document.Image.Channels, _document.Image.Height, _document.Image.Width);
        foreach (string problem in MacroStructure.Problems(channels, cells))
            throw Damaged.File(Json, $"does not describe a network ({problem})", "numbers that a search takes");
        That(image.Channels is 1 or 3, $"image channels {image.Channels}", "1 or 3");
        MacroStructure macro = new(stem, channels, cells, image);
        int step = 1 << macro.Halvings;
        That(
            image.Height == image.Width && image.Height >= step && image.Height <= MaxImageSide
            && image.Height % step == 0,
            $"images of {image.Height} x {image.Width} pixels",
            $"a square with a side of {step} to {MaxImageSide}, a multiple of {step},");
        return macro;
    }

    private ResultDocument.ImagePart Image()
    {
        ResultDocument.ImagePart image = _document.Image;
        That(
            float.IsFinite(image.Black) && float.IsFinite(image.White) && image.Black < image.White,
            $"pixels from {image.Black} to {image.White}", "two finite numbers, the second one larger,");
        That(
            image.Mean.Length == image.Channels && image.Mean.All(float.IsFinite),
            $"the mean [{Start(image.Mean)}]", "a finite number a channel");
        That(
            image.StandardDeviation.Length == image.Channels
            && image.StandardDeviation.All(d => float.IsFinite(d) && d > 0),
            $"the standard deviation [{Start(image.StandardDeviation)}]",
            "a number above 0 a channel");
        return image;

        static string Start(float[] values) =>
            string.Join(", ", values.Take(4).Select(v => v.ToString(CultureInfo.InvariantCulture)));
    }

    private Genotype Genotype()
    {
        int cells = _document.Network.Cells;
        That(_document.Genotype.Length == cells, $"a genotype of {_document.Genotype.Length} cells", $"{cells} cells");
        string text = string.Join('\n', _document.Genotype);
        Genotype genotype;
        try
        {
            genotype = SswpNas.MLNet.Genotype.Parse(text);
        }
        catch (FormatException e)
        {
            throw Damaged.File(Json, $"has a damaged genotype ({e.Message})", "a genotype", e);
        }

        // Also refuses lines that hold no cell or several.
        That(genotype.ToString() == text, $"a genotype of another form", "a cell a line, one blank between edges,");
        string copy = PathOf(ResultFolder.Genotype);
        return Encoding.UTF8.GetString(RegularFile.Bytes(copy, text.Length + 8)).Trim() == text
            ? genotype
            : throw Damaged.File(copy, $"differs from the genotype in {Path.GetFileName(Json)}", "the same genotype");
    }

    private SearchSettings Settings()
    {
        string hex = _document.Data.Fingerprint;
        That(_document.Data.Images >= 0, $"{_document.Data.Images} images", "0 or more");
        That(_document.Options.Values.All(value => value is not null), $"an option without a value", "a text for each");
        bool isHex = ulong.TryParse(
            hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong fingerprint);
        That(isHex && hex.Length == 16, $"a damaged fingerprint of the data", "16 hexadecimal digits");
        return new SearchSettings(
            _document.Seed, OptionText.WithCurrentNames(_document.Options), _document.Data.Images, fingerprint, _document.Version);
    }

    private OrderedDictionary<string, TensorValue> Weights(MacroStructure macro, Genotype genotype)
    {
        string path = PathOf(ResultFolder.Weights);
        OrderedDictionary<string, TensorValue> weights = Safetensors.Read(path);

        // The preprocessings alone: a network is built only if a file of its order of size is there.
        long least = macro.Plan().Sum(cell => (long)cell.Channels * (cell.Previous + cell.BeforePrevious));
        long found = weights.Values.Sum(tensor => (long)tensor.Values.Length);
        if (found < least) throw Damaged.File(path, $"has {found} numbers", $"a network of at least {least}");

        Libtorch.EnsureLoaded();
        RandomStream random = new(0, RandomPurpose.Weights);
        using DerivedNetwork network = new(macro, genotype, 0, ref random);
        OrderedDictionary<string, TensorValue> ordered = [];
        foreach ((string name, torch.Tensor tensor) in NamedTensors.All(network))
            ordered.Add(name, Checked(name, tensor.shape, weights.GetValueOrDefault(name), path));
        return weights.Keys.FirstOrDefault(name => !ordered.ContainsKey(name)) is string surplus
            ? throw Damaged.File(path, $"has a tensor '{surplus}'", "only tensors that the network has")
            : ordered;
    }

    private static TensorValue Checked(string name, long[] shape, TensorValue? value, string path)
    {
        string expected = $"'{name}' of shape [{string.Join(", ", shape)}]";
        if (value is null) throw Damaged.File(path, $"lacks tensor '{name}'", expected);
        if (!value.Shape.AsSpan().SequenceEqual(shape))
            throw Damaged.File(path, $"has tensor '{name}' of shape [{string.Join(", ", value.Shape)}]", expected);
        bool variance = name.EndsWith("running_var", StringComparison.Ordinal);
        return value.Values.All(v => float.IsFinite(v) && (!variance || v >= 0))
            ? value
            : throw Damaged.File(
                path, $"has tensor '{name}' with numbers that are {(variance ? "negative, " : "")}NaN or infinite",
                variance ? "finite numbers of 0 or more" : "finite numbers");
    }

    protected static string Names(OrderedDictionary<string, TensorValue> tensors) =>
        tensors.Count == 0 ? "no tensor" : string.Join(
            ", ", tensors.Take(3).Select(t => $"'{t.Key}' of shape [{string.Join(", ", t.Value.Shape)}]"));

    protected string PathOf(string name) => Path.Combine(_folder, name);

    protected void That(bool good, FormattableString came, string expected)
    {
        if (!good) throw Damaged.File(Json, $"has {came.ToString(CultureInfo.InvariantCulture)}", expected);
    }
}
