namespace RatioSweep;

/// <summary>The process that started this one as a worker.</summary>
internal static class ParentProcess
{
    /// <summary>A token that is cancelled when the other one is, or when the parent is gone: its end of stdin closes then.</summary>
    public static CancellationToken EndsWith(CancellationToken cancel)
    {
        CancellationTokenSource source = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Thread watch = new(() =>
        {
            using Stream input = Console.OpenStandardInput();
            byte[] buffer = new byte[64];
            while (input.Read(buffer) > 0)
            {
            }

            source.Cancel();
        })
        {
            IsBackground = true,
        };
        watch.Start();
        return source.Token;
    }
}
