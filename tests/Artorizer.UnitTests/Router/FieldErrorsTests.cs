using Artorizer.Router.Errors;

namespace Artorizer.UnitTests.Router;

public sealed class FieldErrorsTests
{
    [Fact]
    public void Tells_all_that_is_wrong_after_the_first()
    {
        var errors = new FieldErrors();
        Assert.Equal(3, errors.Read(() => 3));
        errors.ThrowIfAny();
        Assert.Null(errors.Read<string>(() => throw ApiException.MissingField("artist_name")));
        Assert.Equal(0, errors.Read<int>(() => throw ApiException.BadFieldAs("Too many tags (max 25)", "tags", "at most 25 are kept")));

        var refusal = Assert.Throws<ApiException>(errors.ThrowIfAny);
        Assert.Equal((400, "artist_name: required", "artist_name", "missing_field"), (refusal.Status, refusal.Error, refusal.Field, refusal.Code));
        Assert.Equal("artist_name: required; tags: at most 25 are kept", refusal.Detail);
        Assert.Equal(
            [("artist_name", "missing_field", "required"), ("tags", "invalid_field", "at most 25 are kept")],
            refusal.Errors.Select(e => (e.Field, e.Code, e.Message)));
    }

    [Fact]
    public void Leaves_alone_what_is_no_refusal_of_a_field()
    {
        var errors = new FieldErrors();
        Assert.Throws<ApiException>(() => errors.Read<int>(() => throw ApiException.TooLarge(1)));
        Assert.Throws<InvalidOperationException>(() => errors.Read<int>(() => throw new InvalidOperationException()));
        Assert.False(errors.Any);
    }

    [Fact]
    public void Gives_up_on_a_request_of_which_nothing_is_right()
    {
        var errors = new FieldErrors();
        for (var i = 0; i < 19; i++)
        {
            errors.Add(ApiException.BadField($"f{i}", "wrong"));
        }

        Assert.Equal(20, Assert.Throws<ApiException>(() => errors.Add(ApiException.BadField("f19", "wrong"))).Errors.Count);
    }
}
