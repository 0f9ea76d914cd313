namespace SswpNas.MLNet.Tests.Kernels;

/// <summary>What tests of the kernels run over.</summary>
internal static class EveryCandidate
{
    /// <summary>Each operation of the search space with stride 1 and 2.</summary>
    public static IEnumerable<object[]> AtBothStrides() =>
        from kind in Enum.GetValues<CellOperation>()
        from stride in new[] { 1, 2 }
        select new object[] { kind, stride };
}
