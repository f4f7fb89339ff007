namespace AdmissionGuard.Core.Tests;

/// <summary>What users can choose reaches messages bounded and plain.</summary>
public sealed class MessageTextTests
{
    [Theory]
    [InlineData(63, 63, false)]
    [InlineData(64, 63, true)]
    [InlineData(5000, 63, true)]
    public void A_name_is_shown_up_to_63_characters(int length, int shown, bool cut)
    {
        var text = MessageText.Name(new string('x', length));

        Assert.Equal(shown, text.Length);
        Assert.Equal(cut, text.EndsWith('…'));
    }

    [Theory]
    [InlineData("a\nb", "a?b")]
    [InlineData("a\u001b[31mb", "a?[31mb")]
    [InlineData("a\"b", "a?b")]
    [InlineData("a\u2028b", "a?b")]
    [InlineData("a\u2029b", "a?b")]
    [InlineData("a\u202eb", "a?b")]
    [InlineData("a\u200db", "a?b")]
    [InlineData("a\ufeffb", "a?b")]
    [InlineData("a\u00adb", "a?b")]
    [InlineData("a\u009bb", "a?b")]
    [InlineData("a\ud83d\ude00b", "a??b")]
    [InlineData("système:ünï", "système:ünï")]
    public void What_is_not_plain_becomes_a_question_mark(string name, string shown) => Assert.Equal(shown, MessageText.Name(name));

    [Fact]
    public void A_long_name_that_is_not_plain_is_both_cut_and_made_plain()
    {
        var text = MessageText.Name("\n" + new string('x', 5000));

        Assert.Equal($"?{new string('x', 61)}…", text);
    }

    [Fact]
    public void A_persons_own_words_have_room_for_a_field_manager()
    {
        Assert.Equal(128, MessageText.Sentence(new string('x', 128)).Length);
        Assert.Equal($"{new string('x', 127)}…", MessageText.Sentence(new string('x', 129)));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("a", "\"a\"")]
    [InlineData("a,b", "\"a\" and \"b\"")]
    [InlineData("a,b,c,d", "\"a\", \"b\", \"c\" and \"d\"")]
    [InlineData("a,b,c,d,e", "\"a\", \"b\", \"c\", \"d\" and 1 more")]
    [InlineData("a,b,c,d,e,f", "\"a\", \"b\", \"c\", \"d\" and 2 more")]
    public void A_list_names_the_first_four(string names, string shown) =>
        Assert.Equal(shown, MessageText.List(names.Split(',', StringSplitOptions.RemoveEmptyEntries)));

    [Theory]
    [InlineData("", "")]
    [InlineData("123456789", "123456789")]
    [InlineData("1234567890", "12345678-…")]
    [InlineData("2952b351-6393-11e8-b7cc-42010a800002", "2952b351-…")]
    public void A_UID_is_shown_by_its_first_eight_characters(string uid, string shown) => Assert.Equal(shown, MessageText.ShortUid(uid));

    [Theory]
    [InlineData("abc", 3, "abc")]
    [InlineData("abcd", 3, "ab…")]
    public void A_cut_text_ends_in_an_ellipsis(string text, int length, string shown) => Assert.Equal(shown, MessageText.Cut(text, length));
}
