using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace SswpNas.MLNet.Data;

/// <summary>
/// Reads the rows of a data view on several threads and gives them in the data view's order, so that what is slow to
/// work out (decoding of images) is done on all cores. Batch numbers carry the order: in a set of cursors they do not
/// fall, and none occurs in two cursors, so the next row is always the one with the smallest number.
/// </summary>
internal static class OrderedRows
{
    /// <summary>Rows that a thread may be ahead.</summary>
    private const int Ahead = 64;

    /// <summary>Reads all rows.</summary>
    /// <typeparam name="T">What is made of a row.</typeparam>
    /// <param name="data">The data view.</param>
    /// <param name="columns">The columns that are needed.</param>
    /// <param name="threads">Threads at most; the data view may use fewer.</param>
    /// <param name="open">Called for each cursor; gives what makes a value of its current row, on one thread.</param>
    public static IEnumerable<T> Read<T>(
        IDataView data, IEnumerable<DataViewSchema.Column> columns, int threads, Func<DataViewRowCursor, Func<T>> open)
    {
        DataViewRowCursor[] cursors = data.GetRowCursorSet(columns, threads);
        return cursors.Length == 1 ? Serial(cursors[0], open) : Merged(cursors, open);
    }

    private static IEnumerable<T> Serial<T>(DataViewRowCursor cursor, Func<DataViewRowCursor, Func<T>> open)
    {
        using (cursor)
        {
            Func<T> value = open(cursor);
            while (cursor.MoveNext()) yield return value();
        }
    }

    private static IEnumerable<T> Merged<T>(DataViewRowCursor[] cursors, Func<DataViewRowCursor, Func<T>> open)
    {
        using CancellationTokenSource stop = new();
        List<Lane<T>> lanes = [];
        try
        {
            foreach (DataViewRowCursor cursor in cursors) lanes.Add(new Lane<T>(cursor, open, stop.Token));
            while (Next(lanes) is Lane<T> lane) yield return lane.Take();
        }
        finally
        {
            stop.Cancel();
            foreach (Lane<T> lane in lanes) lane.Dispose();
            foreach (DataViewRowCursor cursor in cursors.Skip(lanes.Count)) cursor.Dispose(); // no thread could be started
        }
    }

    private static Lane<T>? Next<T>(List<Lane<T>> lanes)
    {
        Lane<T>? next = null;
        foreach (Lane<T> lane in lanes)
        {
            if (lane.Batch is long batch && (next is null || batch < next.Batch)) next = lane;
        }

        return next;
    }

    /// <summary>One cursor with its thread and what it has read ahead.</summary>
    private sealed class Lane<T> : IDisposable
    {
        private readonly BlockingCollection<(long Batch, T Value)> _ahead = new(Ahead);
        private readonly CancellationToken _stop;
        private readonly Thread _thread;
        private (long Batch, T Value)? _head;

        // Written before the adding is completed.
        private (long Batch, Exception Problem)? _fault;

        public Lane(DataViewRowCursor cursor, Func<DataViewRowCursor, Func<T>> open, CancellationToken stop)
        {
            _stop = stop;
            _thread = new Thread(() => Run(cursor, open)) { IsBackground = true, Name = "SswpNas reader" };
            _thread.Start();
        }

        /// <summary>The batch of the next row, or of what went wrong; null at the end. Waits for it.</summary>
        public long? Batch
        {
            get
            {
                if (_head is null && _ahead.TryTake(out var next, Timeout.Infinite)) _head = next;
                // A fault has its place among the rows, so that of two always the same one is told.
                return _head?.Batch ?? _fault?.Batch;
            }
        }

        public T Take()
        {
            if (_head is null) ExceptionDispatchInfo.Throw(_fault!.Value.Problem);
            T value = _head.Value.Value;
            _head = null;
            return value;
        }

        public void Dispose()
        {
            _thread.Join();
            _ahead.Dispose();
        }

        [SuppressMessage("Design", "CA1031", Justification = "Whatever it is, it is thrown where rows are taken.")]
        private void Run(DataViewRowCursor cursor, Func<DataViewRowCursor, Func<T>> open)
        {
            long batch = 0;
            try
            {
                using (cursor)
                {
                    Func<T> value = open(cursor);
                    while (cursor.MoveNext())
                    {
                        batch = cursor.Batch;
                        _ahead.Add((batch, value()), _stop);
                    }
                }
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
            }
            catch (Exception problem)
            {
                _fault = (batch, problem);
            }
            finally
            {
                _ahead.CompleteAdding();
            }
        }
    }
}
