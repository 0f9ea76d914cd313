namespace SswpNas.MLNet.Labelling;

/// <summary>A row of scored data.</summary>
/// <param name="Row">Its number, from 0.</param>
/// <param name="Path">Its file, if known.</param>
/// <param name="HasLabel">Whether somebody has labelled it.</param>
/// <param name="Probabilities">Of the classes.</param>
/// <param name="Features">What describes it.</param>
/// <param name="Content">What it shows; null where pixels are not known.</param>
internal sealed record ScoredImage(
    long Row, string? Path, bool HasLabel, float[] Probabilities, float[] Features, ImageContent? Content)
{
    /// <summary>The likeliest class.</summary>
    public int Class { get; } = Array.IndexOf(Probabilities, Probabilities.Max());

    public double Probability => Probabilities[Class];

    public double Margin => Probability - Probabilities.Where((_, c) => c != Class).DefaultIfEmpty(0).Max();

    public bool LooksLike(ScoredImage other) => Content is not null && other.Content is not null
        && (Content.Pixels == other.Content.Pixels || Content.LooksLike(other.Content));
}
