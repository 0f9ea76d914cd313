using Microsoft.ML;
using SswpNas.MLNet.Tests.Estimators;

namespace SswpNas.MLNet.Tests.Children;

/// <summary>A search whose steps need more memory than the process may have, which nobody but the system knows.</summary>
internal static class LittleMemory
{
    public const int Refused = 3;

    public static int Run(string folder, int batch)
    {
        MLContext ml = new(seed: 1) { TempFilePath = folder };
        SearchOptions options = SearchOptions.Smoke with
        {
            BatchSize = batch,
            InitialChannels = 16,
            ArchitectureFraction = 0.5,
            Seed = 1,
            Device = "cpu",
            Threads = 1,
        };
        IDataView images = new Stripes { Count = 2 * batch, Height = 32, Width = 32 }.View(ml);
        try
        {
            ml.SswpNas().Search(options: options).Fit(images).Dispose();
            return 0;
        }
        catch (InsufficientMemoryException e)
        {
            Console.WriteLine($"{e.Message} <- {e.InnerException?.GetType().Name}");
            return Refused;
        }
    }
}
