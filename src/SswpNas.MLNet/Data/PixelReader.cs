using Microsoft.ML;
using Microsoft.ML.Data;

namespace SswpNas.MLNet.Data;

/// <summary>The labelled images of a data set; rows with a missing label are left out.</summary>
/// <param name="Pixels">The images.</param>
/// <param name="Labels">Class numbers from 0, one an image.</param>
/// <param name="ClassNames">Names by class number, those without an image included.</param>
/// <param name="RowNumbers">Where each image stood in the data view; its first row is 0.</param>
internal sealed record LabelledPixels(PixelStore Pixels, int[] Labels, string[] ClassNames, int[] RowNumbers);

/// <summary>Reads a pixel column into bytes, through a cursor with only the needed columns active.</summary>
/// <remarks>
/// What stands for black and white is only known at the end, and the floats of a large data set do not fit in memory.
/// So images are quantised with the range of the images so far, and the data are read again if a later one does not
/// fit in: at once between the usual ranges (the first images were black), else after all have been looked at. Data in
/// the usual ranges are thus read once, others twice, and the result is that of two full passes.
/// </remarks>
internal static class PixelReader
{
    /// <summary>All images.</summary>
    /// <exception cref="ArgumentException">The column is missing or not one of square images.</exception>
    /// <exception cref="InvalidDataException">A pixel is NaN or infinite.</exception>
    public static PixelStore Read(IDataView data, string pixelColumn, CancellationToken cancellation = default) =>
        Read(data, PixelColumn.Of(data.Schema, pixelColumn), null, cancellation).Pixels;

    /// <summary>
    /// The images that have a label; the pixels of others are not asked for, so they may be anything. (ML.NET's
    /// parallel cursors may still work them out ahead.)
    /// </summary>
    /// <exception cref="ArgumentException">A column is missing, not one of square images, or not a key.</exception>
    /// <exception cref="InvalidDataException">A pixel is NaN or infinite.</exception>
    public static LabelledPixels ReadLabelled(
        IDataView data, string pixelColumn, string labelColumn, CancellationToken cancellation = default) =>
        Read(
            data, PixelColumn.Of(data.Schema, pixelColumn), LabelColumn.Of(data.Schema, labelColumn), cancellation);

    /// <summary>The images that have a label, or all of them, without labels and class names, if no column is named.</summary>
    public static LabelledPixels Read(
        IDataView data, string pixelColumn, string? labelColumn, CancellationToken cancellation) => labelColumn is null
        ? Read(data, PixelColumn.Of(data.Schema, pixelColumn), null, cancellation) with { Labels = [] }
        : ReadLabelled(data, pixelColumn, labelColumn, cancellation);

    private static LabelledPixels Read(
        IDataView data, PixelColumn pixels, LabelColumn? labels, CancellationToken cancellation)
    {
        PixelSpan span = PixelSpan.Empty;
        bool sawAll = false;
        while (true)
        {
            var pass = new Pass(pixels, labels, span);
            pass.Run(data, cancellation);
            if (pass.Result() is LabelledPixels result) return result;
            if (sawAll)
            {
                throw new InvalidDataException(
                    $"The pixel column '{pixels.Column.Name}' gave other values when it was read again. Put "
                    + "mlContext.Data.Cache after what makes them random.");
            }

            (span, sawAll) = (pass.Span, pass.SawAll);
        }
    }

    /// <summary>One reading of the data with the range that is known before it.</summary>
    private sealed class Pass(PixelColumn pixels, LabelColumn? labels, PixelSpan span)
    {
        private readonly List<byte[]> _images = [];
        private readonly List<int> _labels = [];
        private readonly List<int> _rows = [];
        private readonly float[] _scratch = new float[pixels.Shape.Size];
        private PixelRange? _range = span == PixelSpan.Empty ? null : span.Range;
        private bool _fits = true;

        public PixelSpan Span { get; private set; } = span;

        public bool SawAll { get; private set; }

        public LabelledPixels? Result() => _fits
            ? new LabelledPixels(
                new PixelStore(pixels.Shape, _range ?? new PixelRange(0, 1), [.. _images]),
                [.. _labels],
                labels?.ClassNames ?? [],
                [.. _rows])
            : null;

        public void Run(IDataView data, CancellationToken cancellation)
        {
            DataViewSchema.Column[] needed = labels is null ? [pixels.Column] : [pixels.Column, labels.Column];
            using DataViewRowCursor cursor = data.GetRowCursor(needed);
            ValueGetter<VBuffer<float>> pixelGetter = cursor.GetGetter<VBuffer<float>>(pixels.Column);
            ValueGetter<int>? labelGetter = labels?.Getter(cursor);
            VBuffer<float> values = default;
            int label = LabelColumn.Missing;
            while (cursor.MoveNext())
            {
                cancellation.ThrowIfCancellationRequested();
                labelGetter?.Invoke(ref label);
                if (labelGetter is not null && label == LabelColumn.Missing) continue;
                pixelGetter(ref values);
                if (!Take(Dense(values, cursor.Position), cursor.Position)) return;
                if (!_fits) continue;
                _labels.Add(label);
                _rows.Add((int)cursor.Position);
            }

            SawAll = true;
        }

        /// <summary>False: the range is another one, and it is worth starting again at once.</summary>
        private bool Take(ReadOnlySpan<float> values, long row)
        {
            Span = Span.With(values, row);
            _range ??= Span.Range;
            _fits &= _range == Span.Range;
            if (_fits) _images.Add(Quantise(values, _range.Value));
            else _images.Clear();
            return _fits || !Span.IsUsual;
        }

        private ReadOnlySpan<float> Dense(in VBuffer<float> values, long row)
        {
            if (values.Length != _scratch.Length)
            {
                throw new InvalidDataException(
                    $"Row {row} (the first is 0) has {values.Length} pixel values; expected: {pixels.Shape}.");
            }

            if (values.IsDense) return values.GetValues();
            values.CopyTo(_scratch);
            return _scratch;
        }

        private byte[] Quantise(ReadOnlySpan<float> values, PixelRange range)
        {
            var bytes = new byte[values.Length];
            int channels = pixels.IsInterleaved ? 1 : pixels.Shape.Channels;
            int plane = values.Length / channels;
            double scale = 255.0 / ((double)range.White - range.Black);
            for (int c = 0; c < channels; c++)
            {
                ReadOnlySpan<float> source = values.Slice(c * plane, plane);
                for (int i = 0; i < source.Length; i++)
                    bytes[(i * channels) + c] = (byte)(((source[i] - (double)range.Black) * scale) + 0.5);
            }

            return bytes;
        }
    }
}
