using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ScoringService.Http;

/// <summary>What the OpenAPI document says beyond what ASP.NET sees.</summary>
internal static class ApiDescription
{
    public const string Tag = "scoring";

    public static void Set(OpenApiOptions options) => options.AddDocumentTransformer((document, _, _) =>
    {
        document.Info = new OpenApiInfo
        {
            Title = "Image scoring",
            Version = "v1",
            Description = "Scores images with a model.onnx of SswpNas.MLNet. Errors are RFC 7807 problem details.",
        };
        return Task.CompletedTask;
    });

    /// <summary>The form of <c>POST /score</c>, which the endpoint reads by itself.</summary>
    public static Task AddForm(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancel)
    {
        OpenApiSchema files = new()
        {
            Type = JsonSchemaType.Array,
            MinItems = 1,
            Description = "Image files: PNG, JPEG, GIF, BMP or WebP.",
            Items = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" },
        };
        OpenApiSchema form = new()
        {
            Type = JsonSchemaType.Object,
            Required = new HashSet<string> { "images" },
            Properties = new Dictionary<string, IOpenApiSchema> { ["images"] = files },
        };
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType> { ["multipart/form-data"] = new() { Schema = form } },
        };
        return Task.CompletedTask;
    }
}
