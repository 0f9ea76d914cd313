using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace ScoringService.Http;

/// <summary>A file of a request.</summary>
/// <param name="Name">The name that came with it, for the answer only: nothing is ever opened by it.</param>
/// <param name="Share">The memory of its request, which holds it until it is disposed.</param>
/// <param name="Start">Where it begins there.</param>
/// <param name="Length">Its bytes.</param>
internal sealed record UploadedFile(string Name, UploadMemory.Share Share, long Start, int Length)
{
    /// <summary>Copies its content to the beginning of a buffer.</summary>
    public void CopyTo(byte[] buffer) => Share.CopyTo(buffer.AsSpan(0, Length), Start);
}

/// <summary>
/// Reads a multipart form of files into memory: in order, no more of it than allowed, nothing on a disk. ASP.NET's form reader
/// would write larger files to a temporary folder first.
/// </summary>
internal sealed class UploadReader(ServiceOptions options)
{
    private const int MostBoundary = 70; // RFC 2046
    private const int MostName = 255;
    private const string Advice = "Send images as files of a multipart/form-data form.";

    /// <exception cref="Refusal">It is no such form, or there is too much of it.</exception>
    public async Task<IReadOnlyList<UploadedFile>> Read(HttpRequest request, UploadMemory.Share share, CancellationToken cancel)
    {
        MultipartReader form = Open(request);
        List<UploadedFile> files = [];
        try
        {
            while (await form.ReadNextSectionAsync(cancel) is MultipartSection section)
            {
                if (files.Count == options.MaxFiles)
                {
                    throw new Refusal(
                        StatusCodes.Status413PayloadTooLarge,
                        $"More than {options.MaxFiles} files came; at most {options.MaxFiles} a request were expected. Send several requests.");
                }

                files.Add(await File(section, share, cancel));
            }
        }
        catch (BadHttpRequestException e)
        {
            throw e.StatusCode == StatusCodes.Status413PayloadTooLarge ? TooLong() : new Refusal(e.StatusCode, $"{e.Message} {Advice}");
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw Bad($"The form cannot be read to its end: {e.Message}");
        }

        return files.Count > 0 ? files : throw Bad("No file came; at least one was expected.");
    }

    private MultipartReader Open(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            throw new Refusal(
                StatusCodes.Status415UnsupportedMediaType,
                $"The content type is '{request.ContentType}'; multipart/form-data was expected. {Advice}");
        }

        string boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        if (boundary.Length is 0 or > MostBoundary)
            throw Bad($"The content type has a boundary of {boundary.Length} characters; 1 to {MostBoundary} were expected.");
        return request.ContentLength > options.MaxRequestBytes ? throw TooLong() : new MultipartReader(boundary, request.Body);
    }

    private static async Task<UploadedFile> File(MultipartSection section, UploadMemory.Share share, CancellationToken cancel)
    {
        if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out ContentDispositionHeaderValue? disposition)
            || !disposition.IsFileDisposition())
        {
            throw Bad("A part of the form is no file (it has no file name); files only were expected.");
        }

        string? name = disposition.FileNameStar.HasValue ? disposition.FileNameStar.Value : disposition.FileName.Value;
        long start = share.Length;
        while (await section.Body.ReadAsync(await share.Room(cancel), cancel) is int read and > 0) share.Add(read);
        return new UploadedFile(Plain(name ?? ""), share, start, checked((int)(share.Length - start)));
    }

    /// <summary>The last part of a path, without control characters, not too long.</summary>
    private static string Plain(string name)
    {
        string last = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        char[] letters = [.. last.Take(MostName).Select(c => char.IsControl(c) ? '\uFFFD' : c)];
        return new string(letters);
    }

    private Refusal TooLong() => new(
        StatusCodes.Status413PayloadTooLarge,
        $"The request is longer than {options.MaxRequestBytes} bytes. Send fewer or smaller images at a time.");

    private static Refusal Bad(string problem) => new(StatusCodes.Status400BadRequest, $"{problem} {Advice}");
}
