using TorchSharp;

namespace SswpNas.MLNet.Tensors;

/// <summary>The one place where libtorch comes in, and where its absence gets its error.</summary>
internal static class Libtorch
{
    /// <summary>Loads libtorch if it is not loaded yet.</summary>
    public static void EnsureLoaded()
    {
        try
        {
            torch.InitializeDeviceType(DeviceType.CPU);
        }
        catch (Exception e) when (IsLoadFailure(e))
        {
            throw NotLoaded(e, LoaderMessage());
        }
    }

    /// <summary>
    /// Lets libtorch compute on so many threads until it is disposed of, then on as many as before. The number decides how
    /// sums are split, so it must not be what something else in the process has left behind.
    /// </summary>
    public static ThreadCount Threads(int count) => new(count);

    /// <summary>Whether an exception is what TorchSharp throws when its native side is missing or refused.</summary>
    internal static bool IsLoadFailure(Exception exception) => exception switch
    {
        DllNotFoundException or EntryPointNotFoundException or BadImageFormatException => true,
        NotSupportedException => exception.Message.Contains("libtorch", StringComparison.Ordinal),
        TypeInitializationException { InnerException: Exception inner } => IsLoadFailure(inner),
        _ => false,
    };

    /// <summary>The error that names the packages, or the loader's reason where the library is refused.</summary>
    internal static InvalidOperationException NotLoaded(Exception cause, string? loaderMessage)
    {
        // The loader's message has a line for each place that it tried, mostly in vain.
        string? refusal = loaderMessage?.Split('\n').FirstOrDefault(line =>
            line.StartsWith('/') && !line.Contains("LibTorchSharp: cannot open", StringComparison.Ordinal)
            && !line.Contains("LibTorchSharp.so: cannot open", StringComparison.Ordinal));
        string reason = refusal is null
            ? "The application has to reference one of the packages TorchSharp-cpu (any machine) or "
              + "TorchSharp-cuda-linux (NVIDIA GPU), of the version of TorchSharp that it uses."
            : $"The library is there, but the system refuses it: {refusal.Trim()}. Reference SswpNas.MLNet as a "
              + "package (its build mends a demand for GLIBCXX_3.4.32), and TorchSharp-cpu or TorchSharp-cuda-linux of "
              + "the version of TorchSharp.";
        return new InvalidOperationException(
            $"libtorch, which search and fine-tuning run on, could not be loaded. {reason} "
            + "Scoring a saved model needs neither.", cause);
    }

    /// <summary>See <see cref="Threads"/>.</summary>
    internal readonly struct ThreadCount : IDisposable
    {
        private readonly int _before = torch.get_num_threads();

        public ThreadCount(int count) => torch.set_num_threads(count);

        public void Dispose() => torch.set_num_threads(_before);
    }

    private static string? LoaderMessage()
    {
        try
        {
            NativeLibrary.Free(NativeLibrary.Load("LibTorchSharp", typeof(torch).Assembly, null));
            return null;
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            return e.Message;
        }
    }
}
