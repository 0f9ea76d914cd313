namespace SswpNas.MLNet.SearchSpace;

/// <summary>One cell's place in the network.</summary>
internal readonly record struct CellPlan(
    int BeforePrevious, int Previous, int Channels, bool IsReduction, bool FollowsReduction);

/// <summary>
/// Width, depth and stem of a network (section 3.2): L cells, reductions at L/3 and 2L/3 (integer division) where the
/// channels double. The same for the supernet and for the derived network, which makes the weights preservable.
/// </summary>
internal sealed record MacroStructure(StemKind Stem, int InitialChannels, int Cells, ImageShape Image)
{
    /// <summary>What is wrong with a network's width and depth; asked for options and for saved results.</summary>
    public static IReadOnlyList<string> Problems(int initialChannels, int cells)
    {
        List<string> found = [];
        OptionCheck check = new(found);
        check.That(
            initialChannels is >= 2 and <= 1024 && initialChannels % 2 == 0, nameof(InitialChannels), initialChannels,
            "an even number from 2 to 1024");
        check.That(cells is >= 3 and <= 64, nameof(Cells), cells, "3 to 64");
        return found;
    }

    public static bool IsReduction(int cell, int cells) => cell == cells / 3 || cell == 2 * cells / 3;

    public IReadOnlyList<CellPlan> Plan()
    {
        int c = InitialChannels;
        int beforePrevious = StemConvolutions[^1].Channels;
        int previous = beforePrevious;
        bool followsReduction = Stem == StemKind.ImageNet;
        List<CellPlan> plan = [];
        for (int cell = 0; cell < Cells; cell++)
        {
            bool reduction = IsReduction(cell, Cells);
            if (reduction) c *= 2;
            plan.Add(new CellPlan(beforePrevious, previous, c, reduction, followsReduction));
            (beforePrevious, previous, followsReduction) = (previous, CellTopology.IntermediateNodes * c, reduction);
        }

        return plan;
    }

    /// <summary>Length of the feature vector after global average pooling.</summary>
    public int Features => CellTopology.IntermediateNodes * Plan()[^1].Channels;

    /// <summary>The cell whose output an auxiliary head reads: the second reduction (as in DARTS).</summary>
    public int AuxiliaryCell => 2 * Cells / 3;

    /// <summary>Channels of that cell's output.</summary>
    public int AuxiliaryChannels => CellTopology.IntermediateNodes * Plan()[AuxiliaryCell].Channels;

    /// <summary>Outputs and stride of the stem's convolutions, one after the other.</summary>
    public IReadOnlyList<(int Channels, int Stride)> StemConvolutions => Stem switch
    {
        StemKind.ImageNet => [(InitialChannels / 2, 2), (InitialChannels, 2), (InitialChannels, 2)],
        StemKind.Strided => [(InitialChannels, 2), (3 * InitialChannels, 2)],
        _ => [(3 * InitialChannels, 1)],
    };

    /// <summary>How often the stem halves the image.</summary>
    public int StemHalvings => StemConvolutions.Count(conv => conv.Stride == 2);

    /// <summary>How often the network halves the image; a square image needs a side divisible by 2 to that power.</summary>
    public int Halvings =>
        Enumerable.Range(0, Cells).Count(i => IsReduction(i, Cells)) + StemHalvings;

    /// <summary>The last cells have to see at least 2 x 2 pixels, and every halving needs an even size.</summary>
    public void CheckImage()
    {
        int step = 1 << Halvings;
        if (Image.Height % step == 0 && Image.Height >= 2 * step) return;
        int next = Math.Max(2, Image.Height / step) * step;
        throw new ArgumentException(
            $"The images have {Image.Height} x {Image.Width} pixels; a network of {Cells} cells and the {Stem} stem halves them "
            + $"{Halvings} times, so a multiple of {step} from {2 * step} on was expected. Resize them to {next} x {next} with "
            + "ResizeImages.");
    }
}
