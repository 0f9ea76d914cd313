using SswpNas.MLNet.Training.Engines.Kernels;

namespace SswpNas.MLNet.Tests.Kernels;

/// <summary>Runs a test's work once for each vector width that this machine has, the scalar one among them.</summary>
internal static class Widths
{
    public static void Each(Action<int> work)
    {
        int before = SimdWidth.Widest;
        try
        {
            foreach (int widest in new[] { 16, 8, 4, 1 }.Where(w => w <= before))
            {
                SimdWidth.Widest = widest;
                work(widest);
            }
        }
        finally
        {
            SimdWidth.Widest = before;
        }
    }
}
