using static TorchSharp.torch;

namespace SswpNas.MLNet.Data.Views.OnDevice;

/// <summary>What <see cref="CropResizer"/> does, for a batch: the pixels to mix are found on the host, each view its own.</summary>
internal static class CropTensors
{
    /// <summary>Stretches each row's crop over the row.</summary>
    /// <param name="images">[rows, channels, height, width]; rows are independent.</param>
    /// <param name="plans">One for each row.</param>
    /// <param name="shape">Of the images.</param>
    public static Tensor Resize(Tensor images, ViewPlan[] plans, ImageShape shape)
    {
        (_, int height, int width) = shape;
        Positions columns = new(plans.Length, width), rows = new(plans.Length, height);
        for (int i = 0; i < plans.Length; i++)
        {
            CropBox crop = plans[i].Crop;
            columns.Put(i, crop.Left, crop.Width, plans[i].MirrorColumns);
            rows.Put(i, crop.Top, crop.Height, plans[i].MirrorRows);
        }

        return rows.Mix(columns.Mix(images, 3), 2);
    }

    /// <summary>Between which two positions along a side a value lies, for every row of a batch.</summary>
    private sealed class Positions(int images, int length)
    {
        private readonly long[] _first = new long[images * length];
        private readonly long[] _second = new long[images * length];
        private readonly float[] _weights = new float[images * length];

        public void Put(int image, int start, int cropLength, bool mirror)
        {
            for (int i = 0; i < length; i++)
            {
                Taps taps = Taps.Of(mirror ? length - 1 - i : i, length, cropLength);
                int at = (image * length) + i;
                (_first[at], _second[at], _weights[at]) = (start + taps.First, start + taps.Second, taps.SecondShare);
            }
        }

        /// <param name="values">[images, channels, height, width].</param>
        /// <param name="side">2 for the height, 3 for the width.</param>
        public Tensor Mix(Tensor values, int side)
        {
            long[] shape = side == 2 ? [images, 1, length, 1] : [images, 1, 1, length];
            Tensor first = Taken(_first), second = Taken(_second);
            return TensorMath.Add(first, second.sub(first).mul(Upload.Floats(_weights, shape, values.device)));

            Tensor Taken(long[] positions) =>
                values.gather(side, Upload.Longs(positions, shape, values.device).expand(values.shape));
        }
    }
}
