using System.Net.Sockets;
using System.Text;

namespace SswpNas.MLNet.Tests.Examples.Service;

/// <summary>A connection of a client that sends what it likes, when it likes.</summary>
internal sealed class RawHttp : IDisposable
{
    private const string Boundary = "b";

    private readonly TcpClient _client;
    private readonly NetworkStream _stream;
    private readonly StringBuilder _answer = new();
    private byte[] _rest = [];

    private RawHttp(TcpClient client)
    {
        _client = client;
        _stream = client.GetStream();
    }

    /// <summary>Sends a request and reads until the connection is closed or the answer is whole.</summary>
    public static async Task<string> Answer(Uri url, byte[] request)
    {
        using RawHttp raw = await Open(url);
        try
        {
            await raw._stream.WriteAsync(request);
        }
        catch (IOException)
        {
            // Refused before it was whole: the answer may be there.
        }

        return await raw.Read();
    }

    /// <summary>Sends the first half of a request with one file, once the service has let it in, or has not.</summary>
    public static async Task<RawHttp> Half(Uri url, byte[] file)
    {
        RawHttp raw = await Open(url);
        byte[] body =
        [
            .. Encoding.ASCII.GetBytes($"--{Boundary}\r\nContent-Disposition: form-data; name=images; filename=a.png\r\n\r\n"), .. file,
            .. Encoding.ASCII.GetBytes($"\r\n--{Boundary}--\r\n"),
        ];
        string head = $"POST /score HTTP/1.1\r\nHost: {url.Authority}\r\nContent-Type: multipart/form-data; boundary={Boundary}\r\n"
            + $"Content-Length: {body.Length}\r\nExpect: 100-continue\r\n\r\n";
        raw._rest = body[(body.Length / 2)..];
        await raw._stream.WriteAsync(Encoding.ASCII.GetBytes(head));
        if (await raw.Continues()) await raw._stream.WriteAsync(body.AsMemory(0, body.Length / 2));
        return raw;
    }

    /// <summary>Sends the other half and reads the answer.</summary>
    public async Task<string> Finish()
    {
        await _stream.WriteAsync(_rest);
        return await Read();
    }

    /// <summary>Reads the answer: until what was sent last in a chunked one, or the end.</summary>
    public async Task<string> Read()
    {
        await ReadUntil(IsWhole);
        return _answer.ToString();
    }

    public void Dispose() => _client.Dispose();

    private static async Task<RawHttp> Open(Uri url)
    {
        TcpClient client = new();
        await client.ConnectAsync(url.Host, url.Port);
        return new RawHttp(client);
    }

    /// <summary>Whether the service asks for the body, which it does once somebody reads it there.</summary>
    private async Task<bool> Continues()
    {
        await ReadUntil(answer => answer.Contains("\r\n\r\n", StringComparison.Ordinal));
        bool asks = _answer.ToString().StartsWith("HTTP/1.1 100", StringComparison.Ordinal);
        if (asks) _answer.Clear();
        return asks;
    }

    private async Task ReadUntil(Func<string, bool> isEnough)
    {
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(60));
        byte[] buffer = new byte[1 << 16];
        try
        {
            while (!isEnough(_answer.ToString()) && await _stream.ReadAsync(buffer, late.Token) is int read and > 0)
                _answer.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }
        catch (IOException)
        {
            // Closed by the service.
        }
    }

    private static bool IsWhole(string answer)
    {
        int head = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (head < 0) return false;
        if (answer.Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase))
            return answer.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal);
        string? length = answer[..head].Split("\r\n")
            .FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        return length is not null
            && Encoding.UTF8.GetByteCount(answer.AsSpan(head + 4)) >= int.Parse(length["Content-Length:".Length..]);
    }
}
