namespace SswpNas.MLNet.Search;

/// <summary>
/// Keeps a result that took hours when what comes after it fails: it is saved to a folder that the error names.
/// </summary>
internal static class ResultRescue
{
    /// <summary>Does what comes after a result; if that fails, the result is kept.</summary>
    /// <exception cref="Exception">What came, of the same type where it is one of .NET's common ones, with the folder named.</exception>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever it is, it must not take the result with it.")]
    public static T Keep<T>(EncoderResult? result, MLContext ml, Func<T> next)
    {
        try
        {
            return next();
        }
        catch (Exception problem) when (result is not null && problem is not ObjectDisposedException)
        {
            throw Told(problem, Saved(result, ml));
        }
    }

    /// <summary>Saves to the first place that takes it, and says how to go on.</summary>
    private static string Saved(EncoderResult result, MLContext ml)
    {
        string name = string.Create(
            CultureInfo.InvariantCulture, $"sswpnas-rescued-{DateTime.UtcNow:yyyyMMdd-HHmmss}-{Guid.NewGuid().ToString("N")[..8]}");
        string type = result.GetType().Name, last = "";
        foreach (string place in Places(ml))
        {
            try
            {
                string folder = Path.GetFullPath(Path.Combine(place, name));
                result.Save(folder);
                return $"What was found before is not lost: it is kept in '{folder}', and {type}.Load reads it.";
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
            {
                last = e.Message;
            }
        }

        return $"What was found before could not be kept either: {last}";
    }

    private static string[] Places(MLContext ml) =>
    [
        Environment.CurrentDirectory, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
        ml.TempFilePath, Path.GetTempPath(),
    ];

    private static Exception Told(Exception problem, string kept)
    {
        string message = $"{problem.Message} {kept}";
        return problem switch
        {
            OperationCanceledException cancelled => new OperationCanceledException(message, problem, cancelled.CancellationToken),
            InvalidDataException => new InvalidDataException(message, problem),
            IOException or UnauthorizedAccessException => new IOException(message, problem),
            ArgumentException => new ArgumentException(message, problem),
            InsufficientMemoryException => new InsufficientMemoryException(message, problem),
            _ => new InvalidOperationException(message, problem),
        };
    }
}
