namespace Artorizer.Testing;

/// <summary>
/// How long tests go on that gain by repetition: killing, cutting off, generated input. Each has a short form that runs by
/// default, and the long one where <c>ARTORIZER_TEST_LENGTH=long</c> says so (<c>./test.sh --long</c>). What has no short
/// form bears the trait <c>Length=long</c>, by which the default run leaves it out.
/// </summary>
public static class TestLength
{
    /// <summary>Whether the long form was asked for.</summary>
    public static bool IsLong { get; } = Environment.GetEnvironmentVariable("ARTORIZER_TEST_LENGTH") == "long";

    /// <summary>The one or the other, such as a number of rounds.</summary>
    public static T Of<T>(T shortForm, T longForm) => IsLong ? longForm : shortForm;
}
