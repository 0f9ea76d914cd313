using System.Runtime.Intrinsics;

namespace SswpNas.MLNet.Training.Engines.Kernels;

/// <summary>A kernel over channels, written once for every vector width.</summary>
internal interface IChannelKernel
{
    /// <summary>Whether it does so little with a number that it waits for memory: it takes two vectors where one is half a line.</summary>
    static virtual bool TakesLines => false;

    /// <summary>Works on the channels from <paramref name="c"/> on, as many as the width.</summary>
    void Run<S, V>(int c)
        where S : ISimd<V>
        where V : struct;
}

/// <summary>The channel loop.</summary>
internal static class ChannelLoop
{
    public static void Run<K>(int channels, K kernel)
        where K : struct, IChannelKernel
    {
        int c = 0;
        if (K.TakesLines && SimdWidth.Widest == Simd8.Width)
            for (; c + SimdPair.Width <= channels; c += SimdPair.Width) kernel.Run<SimdPair, VectorPair>(c);
        while (c < channels)
        {
            int width = SimdWidth.For(channels - c);
            switch (width)
            {
                case 16:
                    kernel.Run<Simd16, Vector512<float>>(c);
                    break;
                case 8:
                    kernel.Run<Simd8, Vector256<float>>(c);
                    break;
                case 4:
                    kernel.Run<Simd4, Vector128<float>>(c);
                    break;
                default:
                    kernel.Run<Simd1, float>(c);
                    break;
            }

            c += width;
        }
    }
}
