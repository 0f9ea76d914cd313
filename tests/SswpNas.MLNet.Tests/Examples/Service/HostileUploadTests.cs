using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using CsCheck;
using SkiaSharp;
using SswpNas.MLNet.Tests.Data;
using SswpNas.MLNet.Tests.Fuzz;

namespace SswpNas.MLNet.Tests.Examples.Service;

/// <summary>What must not harm the service: it is answered with a 4xx that says why, and the next request is scored.</summary>
[TestClass]
public sealed class HostileUploadTests
{
    private const HttpStatusCode Unusable = HttpStatusCode.UnprocessableEntity;

    private static readonly byte[] _png = TestFolder.Image(SKEncodedImageFormat.Png, size: 32);
    private static readonly byte[] _jpeg = TestFolder.Image(SKEncodedImageFormat.Jpeg, size: 32);
    private static RunningService _service = null!;

    [ClassInitialize]
    public static async Task Start(TestContext context) => _service = await RunningService.Start(
        ServiceModels.First, o => o with { MaxFiles = 4, MaxRequestBytes = 2 << 20, MaxPixels = 1 << 20 });

    [ClassCleanup]
    public static async Task Stop() => await _service.DisposeAsync();

    /// <summary>Whatever came: the service scores, and nothing of it is a fault.</summary>
    [TestCleanup]
    public async Task ItScoresAsBefore()
    {
        Assert.AreEqual(HttpStatusCode.OK, (await _service.Score(("image.png", _png))).Status);
        Assert.AreEqual("", _service.Log.Text);
        CollectionAssert.AreEqual(
            new[] { "model.onnx" }, Directory.GetFileSystemEntries(_service.Folder).Select(Path.GetFileName).ToArray());
    }

    [TestMethod]
    public async Task FilesThatAreNoImagesAreNamed()
    {
        byte[] huge = PngEdits.Of(_png, PngEdits.Chunks(_png).Select(chunk => chunk.Type == "IHDR"
            ? (chunk.Type, [0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30, .. chunk.Content[8..]])
            : chunk));
        (string Name, byte[] Bytes, string Problem)[] bad =
        [
            ("text.png", "no image"u8.ToArray(), "is no PNG, JPEG, GIF, BMP or WebP image: it begins with 6E6F20696D616765"),
            ("empty.png", [], "is empty (0 bytes)"),
            ("cut.png", _png[..(_png.Length / 2)], "is truncated"),
            ("cut.jpg", _jpeg[..(_jpeg.Length / 2)], "is truncated"),
            ("head.png", _png[..20], "is not an image, or its header is damaged"),
            ("huge.png", huge, "declares 30000 x 30000 pixels, more than the limit of 1048576"),
            ("page.svg", "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"u8.ToArray(), "is no PNG"),
            ("raw.dng", "II*\0\b\0\0\0"u8.ToArray(), "is no PNG"),
        ];
        foreach ((string name, byte[] bytes, string problem) in bad)
        {
            RunningService.Answer answer = await _service.Score(("good.png", _png), (name, bytes));
            answer.AssertProblem(Unusable, $"1 of 2 files cannot be scored: '{name}' {problem}", "None was scored");
            string file = answer.Json.GetProperty("files").EnumerateArray().Single().GetRawText();
            Assert.Contains("\"index\":1", file);
        }
    }

    [TestMethod]
    [DoNotParallelize]
    [DataRow("IDAT", "")]
    [DataRow("zTXt", "comment\0\0")]
    [DataRow("iCCP", "profile\0\0")]
    public async Task AnImageThatUnpacksToMuchMoreTakesNoMoreMemory(string type, string before)
    {
        using MemoryStream packed = new();
        using (ZLibStream stream = new(packed, CompressionLevel.Fastest, leaveOpen: true)) stream.Write(new byte[200 << 20]);
        (string Type, byte[] Content)[] chunks = [.. PngEdits.Chunks(_png)];
        byte[] content = [.. Encoding.ASCII.GetBytes(before), .. packed.ToArray()];
        byte[] bomb = type == "IDAT"
            ? PngEdits.Of(_png, chunks.Select(chunk => chunk.Type == type ? (type, content) : chunk))
            : PngEdits.Of(_png, [chunks[0], (type, content), .. chunks[1..]]);
        long resident = Environment.WorkingSet;

        RunningService.Answer answer = await _service.Score(("bomb.png", bomb));

        Assert.IsTrue(answer.Status is HttpStatusCode.OK or Unusable, $"{answer.Status}"); // the decoder may pass over it
        Assert.IsLessThan(100L << 20, Environment.WorkingSet - resident);
    }

    [TestMethod]
    public async Task TooMuchIsRefused()
    {
        (string, byte[])[] many = [.. Enumerable.Range(0, 5).Select(i => ($"{i}.png", _png))];
        (await _service.Score(many)).AssertProblem(HttpStatusCode.RequestEntityTooLarge, "More than 4 files came", "Send several requests");

        byte[] request = Encoding.ASCII.GetBytes("POST /score HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\n");
        string declared = await RawHttp.Answer(_service.Url, [.. request, .. "Content-Length: 999999999999\r\n\r\n--b\r\n"u8]);
        Assert.StartsWith("HTTP/1.1 413", declared);
        Assert.Contains("longer than 2097152 bytes", declared);

        byte[] part = [.. "--b\r\nContent-Disposition: form-data; name=a; filename=a\r\n\r\n"u8, .. new byte[3 << 20]];
        byte[] chunk = [.. Encoding.ASCII.GetBytes($"{part.Length:x}\r\n"), .. part, .. "\r\n0\r\n\r\n"u8];
        string chunked = await RawHttp.Answer(_service.Url, [.. request, .. "Transfer-Encoding: chunked\r\n\r\n"u8, .. chunk]);
        Assert.StartsWith("HTTP/1.1 413", chunked);
        Assert.Contains("longer than 2097152 bytes", chunked);
    }

    [TestMethod]
    public async Task WhatIsNoFormOfFilesIsRefused()
    {
        (await _service.Post(new StringContent("{}", null, "application/json")))
            .AssertProblem(HttpStatusCode.UnsupportedMediaType, "'application/json", "multipart/form-data was expected");
        (await _service.Post(new ByteArrayContent(_png))).AssertProblem(HttpStatusCode.UnsupportedMediaType, "The content type is ''");
        (await _service.Post(new FormUrlEncodedContent([KeyValuePair.Create("images", "x")])))
            .AssertProblem(HttpStatusCode.UnsupportedMediaType);
        (await _service.Post(Body("multipart/form-data", "--b--\r\n"))).AssertProblem(HttpStatusCode.BadRequest, "boundary of 0 characters");
        (await _service.Post(Body($"multipart/form-data; boundary={new string('b', 71)}", "")))
            .AssertProblem(HttpStatusCode.BadRequest, "boundary of 71 characters");
        (await _service.Post(Body("multipart/form-data; boundary=b", "--b--\r\n"))).AssertProblem(HttpStatusCode.BadRequest, "No file came");
        (await _service.Post(Body("multipart/form-data; boundary=b", ""))).AssertProblem(HttpStatusCode.BadRequest, "cannot be read to its end");
        (await _service.Post(Body("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=a; filename=a\r\n\r\ncut")))
            .AssertProblem(HttpStatusCode.BadRequest, "cannot be read to its end");
        (await _service.Post(Body("multipart/form-data; boundary=b", "--b\r\n\r\nx\r\n--b--\r\n"))).AssertProblem(HttpStatusCode.BadRequest, "is no file");
        string headers = string.Concat(Enumerable.Range(0, 2000).Select(i => $"x{i}: y\r\n"));
        (await _service.Post(Body("multipart/form-data; boundary=b", $"--b\r\n{headers}\r\nx\r\n--b--\r\n"))).AssertProblem(HttpStatusCode.BadRequest);
        using MultipartFormDataContent text = new() { { new StringContent("x"), "images" } };
        (await _service.Post(text)).AssertProblem(HttpStatusCode.BadRequest, "is no file");
        using HttpResponseMessage get = await _service.Http.GetAsync("score");
        (await RunningService.Answer.Of(get)).AssertProblem(HttpStatusCode.MethodNotAllowed, "GET came", "POST /score");
        using HttpResponseMessage nowhere = await _service.Http.GetAsync("../../etc/passwd");
        (await RunningService.Answer.Of(nowhere)).AssertProblem(HttpStatusCode.NotFound, "There is nothing at this path");
    }

    [TestMethod]
    public async Task NamesAreTextsOfTheAnswerOnly()
    {
        (string Sent, string Came)[] names =
        [
            ("../../../etc/passwd", "passwd"), ("C:\\windows\\system.ini", "system.ini"), ("/dev/zero", "zero"),
            ("model.onnx", "model.onnx"), ("a/b\u0001c\u001B[31m.png", "b\uFFFDc\uFFFD[31m.png"),
            (ServiceModels.Hostile, "script>"), ("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),
            (new string('n', 3000), new string('n', 255)), ("Löwe.png", "Löwe.png"),
        ];
        foreach ((string sent, string came) in names)
        {
            using HttpResponseMessage response = await _service.Http.PostAsync("score", Named(sent));
            string text = await response.Content.ReadAsStringAsync();
            Assert.AreEqual(HttpStatusCode.OK, response.StatusCode, text);
            Assert.DoesNotContain("<", text, "not even where somebody took it for a page");
            using HttpResponseMessage again = await _service.Http.PostAsync("score", Named(sent));
            Assert.AreEqual(came, (await RunningService.Answer.Of(again)).Files.Single());
        }
    }

    /// <summary>Forms and images with every kind of damage: an answer, never a fault.</summary>
    [TestMethod]
    public void DamageOfAnyKindIsAnsweredWithA4xx()
    {
        byte[] form = [.. "--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n"u8, .. _png, .. "\r\n--b--\r\n"u8];
        Gen<byte[]> images = PngEdits.Of(_png).Select(png => (byte[])[.. form[..^(_png.Length + 9)], .. png, .. "\r\n--b--\r\n"u8]);
        Gen.OneOf(ByteEdits.Of(form[..120]).Select(head => (byte[])[.. head, .. form[120..]]), images).Sample(
            body =>
            {
                using ByteArrayContent content = new(body);
                content.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=b");
                using HttpResponseMessage response = _service.Http.PostAsync("score", content).GetAwaiter().GetResult();
                return (int)response.StatusCode is 200 or (>= 400 and < 500);
            },
            iter: 300, threads: 2);
    }

    private static MultipartFormDataContent Named(string name)
    {
        // As a client of bad intent writes it, not as .NET does.
        ByteArrayContent file = new(_png);
        file.Headers.TryAddWithoutValidation("Content-Disposition", $"form-data; name=images; filename*=UTF-8''{Uri.EscapeDataString(name)}");
        return new MultipartFormDataContent { file };
    }

    private static StringContent Body(string type, string body)
    {
        StringContent content = new(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return content;
    }
}
