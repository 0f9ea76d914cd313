namespace SswpNas.MLNet.Search;

/// <summary>
/// Operation dropout of weight steps after the warm-up (section 3.2): keeps skips, which learn nothing, from crowding
/// out the operations that do.
/// </summary>
internal readonly record struct OperationDropout(double Skip, double Pool)
{
    /// <summary>The sampled operation, or another one from the softmax over the four parameterised ones.</summary>
    public int Apply(int sampled, ReadOnlySpan<float> alpha, ref RandomStream random)
    {
        CellOperation operation = (CellOperation)sampled;
        double chance = operation == CellOperation.SkipConnect ? Skip : operation.IsPool() ? Pool : 0;
        if (chance <= 0 || !random.NextBool(chance)) return sampled;
        int first = (int)CellOperation.SepConv3x3;
        return first + random.NextIndex(Softmax.Of(alpha[first..]));
    }
}
