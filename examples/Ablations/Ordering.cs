using SswpNas.MLNet.Numerics;

namespace Ablations;

internal enum Verdict
{
    /// <summary>Rows are missing.</summary>
    Open,

    /// <summary>By a one-sided t-test at 5 % on the differences, seed by seed.</summary>
    Shows,

    /// <summary>The mean is on the paper's side, but so little or over so few seeds that it may be chance.</summary>
    Undecided,

    DoesNotShow,
}

/// <summary>An ordering of the paper beside what came out here, seed by seed.</summary>
/// <param name="Claim">The ordering.</param>
/// <param name="Paper">By how much the paper has it, above 0; null where it has no such figures.</param>
/// <param name="Ahead">By how much it is so here; below 0 it is the other way round.</param>
internal sealed record Ordering(Claim Claim, double? Paper, Spread Ahead)
{
    public Verdict Verdict => Ahead switch
    {
        { Count: 0 } => Verdict.Open,
        { Mean: <= 0 } => Verdict.DoesNotShow,
        { IsAboveZero: true } => Verdict.Shows,
        _ => Verdict.Undecided,
    };

    public static Ordering Of(PaperTable table, Claim claim, IReadOnlyCollection<RowRecord> records)
    {
        Row better = table.Rows.Single(r => r.Name == claim.Better), worse = table.Rows.Single(r => r.Name == claim.Worse);
        int sign = table.LowerIsBetter ? -1 : 1;
        double[] ahead =
        [
            .. from one in records
               where one.Row == better.Name
               from other in records
               where other.Row == worse.Name && other.Seed == one.Seed
               select sign * (one.Value - other.Value),
        ];
        return new Ordering(claim, sign * (better.Paper - worse.Paper), Spread.Of(ahead));
    }

    /// <summary>One sentence.</summary>
    public string ToSentence()
    {
        if (Verdict == Verdict.Open)
            return $"{Claim.Better} before {Claim.Worse}: not done yet.";
        string paper = Paper is null ? "" : FormattableString.Invariant($" (paper: by {Paper:F2} points)");
        string start = $"{Claim.Better} before {Claim.Worse}{paper}: ";
        string seeds = Ahead.Count == 1 ? "one seed" : FormattableString.Invariant($"{Ahead.Count} seeds, s.d. {Ahead.Deviation:F2}");
        string by = FormattableString.Invariant($"by {Math.Abs(Ahead.Mean):F2} points ({seeds})");
        return start + Verdict switch
        {
            Verdict.Shows => $"shows, {by}.",
            Verdict.Undecided when Ahead.Count == 1 => $"is so here {by}, which one seed cannot tell from chance.",
            Verdict.Undecided => $"the mean is so {by}, which may well be chance: not shown.",
            _ when Ahead.Mean == 0 => $"**does not show at this scale**: both came to the same ({seeds}).",
            _ => $"**does not show at this scale**: it is the other way round {by}.",
        };
    }
}
