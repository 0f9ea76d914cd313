namespace SswpNas.MLNet;

/// <summary>The numbers that stand for black and white in a pixel column.</summary>
/// <remarks>
/// Pixels are kept as 256 levels between the two. A pixel may lie outside by 2.5 % of the distance between them and counts
/// as black or white then; one that lies farther outside is refused.
/// </remarks>
/// <param name="Black">The number that stands for black; finite.</param>
/// <param name="White">The number that stands for white; finite and above <paramref name="Black"/>.</param>
public readonly record struct PixelRange(float Black, float White)
{
    private const float Tolerance = 0.025f;

    /// <summary>0 to 255: what <c>ExtractPixels</c> makes with its defaults.</summary>
    public static PixelRange ZeroTo255 { get; } = new(0, 255);

    /// <summary>0 to 1: <c>ExtractPixels</c> with a <c>scaleImage</c> of 1/255.</summary>
    public static PixelRange ZeroToOne { get; } = new(0, 1);

    /// <summary>-1 to 1: <c>ExtractPixels</c> with an <c>offsetImage</c> of 127.5 and a <c>scaleImage</c> of 1/127.5.</summary>
    public static PixelRange MinusOneToOne { get; } = new(-1, 1);

    internal bool IsUsable => float.IsFinite(White - Black) && White > Black;

    internal bool IsUsual => this == ZeroTo255 || this == ZeroToOne || this == MinusOneToOne;

    internal PixelSpan Span => new(Black, White);

    private float Slack => Tolerance * (White - Black);

    /// <summary>The range in words, for example <c>0 to 255</c>, whatever the culture.</summary>
    /// <returns>Black and white as numbers.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Black} to {White}");

    /// <summary>
    /// The usual range that numbers suggest, or null. Numbers well below 0 are no dark pixels of 0 to 255: they come of a
    /// subtracted mean.
    /// </summary>
    internal static PixelRange? Of(PixelSpan span) =>
        ZeroToOne.Holds(span) ? ZeroToOne
        : MinusOneToOne.Holds(span) ? MinusOneToOne
        : ZeroTo255.Holds(span) && span.Min > -0.5f ? ZeroTo255
        : null;

    /// <summary>Whether the numbers lie between black and white, but for the tolerance.</summary>
    internal bool Holds(PixelSpan span) => span.Min >= Black - Slack && span.Max <= White + Slack;
}
