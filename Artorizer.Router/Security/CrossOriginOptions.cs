namespace Artorizer.Router.Security;

/// <summary>Which other sites' pages may call from a browser; section <c>Cors</c>.</summary>
internal sealed class CrossOriginOptions
{
    public const string Section = "Cors";

    /// <summary>Stands for every origin.</summary>
    public const string Any = "*";

    /// <summary>Their origins, such as <c>https://studio.example</c>, or <see cref="Any"/>. Default: none.</summary>
    public IList<string> Origins { get; } = [];
}
