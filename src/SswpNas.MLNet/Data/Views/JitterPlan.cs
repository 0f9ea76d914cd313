namespace SswpNas.MLNet.Data.Views;

/// <summary>What a colour jitter consists of.</summary>
internal enum JitterOperation
{
    Brightness,
    Contrast,
    Saturation,
    Hue,
}

/// <summary>A colour jitter that has been drawn: the order of its operations, and how much each does; null for nothing.</summary>
internal readonly record struct JitterPlan(
    (int First, int Second, int Third, int Last) Order, float? Brightness, float? Contrast, float? Saturation, float? Hue)
{
    public const int Steps = 4;

    /// <summary>The operation of a step, 0 to 3.</summary>
    public JitterOperation this[int step] => (JitterOperation)(step switch
    {
        0 => Order.First,
        1 => Order.Second,
        2 => Order.Third,
        _ => Order.Last,
    });

    /// <summary>A factor, or the hue's shift in parts of the circle.</summary>
    public float? Amount(JitterOperation operation) => operation switch
    {
        JitterOperation.Brightness => Brightness,
        JitterOperation.Contrast => Contrast,
        JitterOperation.Saturation => Saturation,
        _ => Hue,
    };
}
