namespace NetVips;

public unsafe partial class Image
{
    public static Image Black(int width, int height, int? bands = null) =>
        (Image)Operation.Call("black", VOption.Of(("bands", bands)), width, height);

    public static Image Text(string text, string font = null, int? width = null, int? height = null, Enums.Align? align = null, bool? justify = null, int? dpi = null, int? spacing = null, string fontfile = null, bool? rgba = null, Enums.TextWrap? wrap = null) =>
        (Image)Operation.Call("text", VOption.Of(("font", font), ("width", width), ("height", height), ("align", align), ("justify", justify), ("dpi", dpi), ("spacing", spacing), ("fontfile", fontfile), ("rgba", rgba), ("wrap", wrap)), text);

    public Image Autorot() => Apply("autorot");

    public Image Bandjoin(params Image[] images) => (Image)Operation.Call("bandjoin", null, null, [new[] { this }.Concat(images).ToArray()]);

    public Image Cast(Enums.BandFormat format, bool? shift = null) => Apply("cast", VOption.Of(("shift", shift)), format);

    public Image Colourspace(Enums.Interpretation space, Enums.Interpretation? sourceSpace = null) =>
        Apply("colourspace", VOption.Of(("source_space", sourceSpace)), space);

    public Image Copy(int? width = null, int? height = null, int? bands = null, Enums.BandFormat? format = null, Enums.Coding? coding = null, Enums.Interpretation? interpretation = null, double? xres = null, double? yres = null, int? xoffset = null, int? yoffset = null) =>
        Apply("copy", VOption.Of(("width", width), ("height", height), ("bands", bands), ("format", format), ("coding", coding), ("interpretation", interpretation), ("xres", xres), ("yres", yres), ("xoffset", xoffset), ("yoffset", yoffset)));

    public Image Crop(int left, int top, int width, int height) => Apply("crop", null, left, top, width, height);

    public Image Embed(int x, int y, int width, int height, Enums.Extend? extend = null, double[] background = null) =>
        Apply("embed", VOption.Of(("extend", extend), ("background", background)), x, y, width, height);

    public Image ExtractBand(int band, int? n = null) => Apply("extract_band", VOption.Of(("n", n)), band);

    public Image Flatten(double[] background = null, double? maxAlpha = null) =>
        Apply("flatten", VOption.Of(("background", background), ("max_alpha", maxAlpha)));

    public Image IccTransform(string outputProfile, Enums.PCS? pcs = null, Enums.Intent? intent = null, bool? blackPointCompensation = null, bool? embedded = null, string inputProfile = null, int? depth = null) =>
        Apply("icc_transform", VOption.Of(("pcs", pcs), ("intent", intent), ("black_point_compensation", blackPointCompensation), ("embedded", embedded), ("input_profile", inputProfile), ("depth", depth)), outputProfile);

    public Image Resize(double scale, Enums.Kernel? kernel = null, double? gap = null, double? vscale = null) =>
        Apply("resize", VOption.Of(("kernel", kernel), ("gap", gap), ("vscale", vscale)), scale);

    public Image Rotate(double angle, GObject interpolate = null, double[] background = null, double? odx = null, double? ody = null, double? idx = null, double? idy = null) =>
        Apply("rotate", VOption.Of(("interpolate", interpolate), ("background", background), ("odx", odx), ("ody", ody), ("idx", idx), ("idy", idy)), angle);

    public Image ThumbnailImage(int width, int? height = null, Enums.Size? size = null, bool? noRotate = null, Enums.Interesting? crop = null, bool? linear = null, string inputProfile = null, string outputProfile = null, Enums.Intent? intent = null, Enums.FailOn? failOn = null) =>
        Apply("thumbnail_image", VOption.Of(("height", height), ("size", size), ("no_rotate", noRotate), ("crop", crop), ("linear", linear), (ProfileOption("input_profile", "import_profile"), inputProfile), (ProfileOption("output_profile", "export_profile"), outputProfile), ("intent", intent), ("fail_on", failOn)), width);

    // The thumbnailers' profile options were renamed in libvips 8.15.
    private static string ProfileOption(string name, string nameBefore) => NetVips.AtLeastLibvips(8, 15) ? name : nameBefore;
}
