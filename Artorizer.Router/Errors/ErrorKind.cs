namespace Artorizer.Router.Errors;

/// <summary>A kind of error, as the catalogue explains it.</summary>
/// <param name="Code">What programs tell it by.</param>
/// <param name="Meaning">What has happened.</param>
/// <param name="Advice">What whoever meets it can do.</param>
internal sealed record ErrorKind(string Code, string Meaning, string Advice);
