namespace ScoringService.Http;

/// <summary>A request that cannot be answered; the message says what came, what was expected and what to do.</summary>
/// <param name="status">The status code.</param>
/// <param name="detail">The message.</param>
internal sealed class Refusal(int status, string detail) : Exception(detail)
{
    public int Status => status;

    /// <summary>Seconds after which another try may help; null where the same request stays refused.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>The files that are to blame.</summary>
    public IReadOnlyList<FileProblem> Files { get; init; } = [];
}

/// <summary>What is wrong with a file of a request.</summary>
/// <param name="Index">Its place in the request, from 0.</param>
/// <param name="File">Its name.</param>
/// <param name="Problem">Words that follow the name.</param>
internal sealed record FileProblem(int Index, string File, string Problem);
