using SswpNas.MLNet.Reports;

namespace SswpNas.MLNet.Labelling;

/// <summary>The page in which a person labels suggested images: one HTML document with its pictures and its script inside.</summary>
internal sealed class LabellingPage(LabelSuggestions suggestions, string title)
{
    private const string NothingFromOutside =
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'";

    private const string Keys = "123456789abcdefghijklmnopqrstuvwxyz";

    private readonly Markup _page = new();

    public string ToHtml()
    {
        _page.Trusted("<!DOCTYPE html>\n");
        using (_page.In("html", ("lang", "en")))
        {
            using (_page.In("head")) Head();
            using (_page.In("body", ("data-classes", JsonSerializer.Serialize(suggestions.ClassNames)), ("data-keys", JsonSerializer.Serialize(KeysOfClasses())), ("data-id", Id())))
            {
                using (_page.In("header")) _page.Element("h1", title);
                using (_page.In("main")) Main();
                using (_page.In("script")) _page.Trusted(EmbeddedText.Of("gallery.js"));
            }
        }

        return _page.ToString();
    }

    private void Head()
    {
        _page.Single("meta", ("charset", "utf-8"));
        _page.Single("meta", ("http-equiv", "Content-Security-Policy"), ("content", NothingFromOutside));
        _page.Single("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"));
        _page.Element("title", title);
        using (_page.In("style")) _page.Trusted(EmbeddedText.Of("gallery.css"));
    }

    private void Main()
    {
        _page.Element("p", "The dashed class is what the model takes an image for. Leave out what belongs to no class.");
        LeftOut();
        using (_page.In("div", ("class", "bar")))
        {
            _page.Element("button", "Save labels.csv", ("id", "save"), ("type", "button"));
            _page.Element("span", "", ("id", "progress"), ("role", "status"));
            using (_page.In("ul", ("class", "keys"), ("aria-label", "Keys")))
            {
                Key("Enter", "the proposed class");
                Key("←", "back");
                Key("→", "on");
                Key("⌫", "no class");
                foreach ((string key, string name) in KeysOfClasses().Zip(suggestions.ClassNames)) Key(key, name);
            }
        }

        using (_page.In("div", ("class", "images")))
        {
            foreach (LabelSuggestion image in suggestions.Images) Figure(image);
        }
    }

    private void Key(string key, string meaning)
    {
        using (_page.In("li"))
        {
            _page.Element("kbd", key);
            _page.Text(" " + meaning);
        }
    }

    private void LeftOut()
    {
        if (suggestions.LeftOut.Count == 0) return;
        using (_page.In("details"))
        {
            _page.Element("summary", $"{ReportText.Grouped(suggestions.LeftOut.Count)} images look like another one and are left out");
            using (_page.In("ul"))
            {
                foreach (LabelDuplicate image in suggestions.LeftOut) _page.Element("li", $"{image.ImagePath} looks like {image.LooksLikePath}");
            }
        }
    }

    private void Figure(LabelSuggestion image)
    {
        string path = image.ImagePath!, name = Path.GetFileName(path);
        Preview preview = Preview.Of(path);
        using (_page.In("figure", ("tabindex", 0), ("data-path", path), ("data-proposed", image.PredictedClass)))
        {
            if (preview.Problem is string problem)
            {
                _page.Element("p", $"{name} {problem}", ("class", "none"));
            }
            else
            {
                _page.Single(
                    "img", ("src", $"data:image/jpeg;base64,{Convert.ToBase64String(preview.Jpeg)}"), ("alt", name),
                    ("class", preview.IsSmall ? "small" : "large"));
            }

            using (_page.In("figcaption"))
            {
                _page.Text($"{image.PredictedClass}, {ReportText.Percent(image.Probability)}");
                _page.Element("div", name, ("class", "path"), ("title", path));
            }

            using (_page.In("div", ("class", "classes"), ("role", "group"), ("aria-label", $"Class of {name}")))
            {
                foreach (string label in suggestions.ClassNames)
                {
                    _page.Element(
                        "button", label, ("type", "button"), ("data-name", label), ("aria-pressed", "false"),
                        ("class", label == image.PredictedClass ? "proposed" : "other"));
                }
            }
        }
    }

    /// <summary>A key for each class, as long as there are keys.</summary>
    private string[] KeysOfClasses() => [.. Keys.Take(suggestions.ClassNames.Count).Select(key => key.ToString())];

    /// <summary>The browser keeps labels that are not saved yet under it.</summary>
    private string Id() => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', suggestions.Images.Select(i => i.ImagePath)))))[..16];
}
