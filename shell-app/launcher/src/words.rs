//! What the launcher says, in every language.

use ui::Language;

/// A text in every language, in the order of [`Language::ALL`], with `|` between: a fifth of the weight of four texts.
/// One that is the same in every language stands alone.
pub(crate) type Words = &'static str;

/// What a text is in a language.
pub(crate) fn of(language: Language, words: Words) -> &'static str {
    let before = match language {
        Language::English => 0,
        Language::German => 1,
        Language::Hindi => 2,
        Language::Arabic => 3,
    };
    match ui::part(words, before) {
        "" => words,
        text => text,
    }
}

pub(crate) const SEARCH: Words = "Search apps|Apps suchen|ऐप खोजें|ابحث عن تطبيق";
pub(crate) const ALL: Words = "All|Alle|सभी|الكل";
pub(crate) const OPENING: Words = "Opening…|Wird geöffnet…|खुल रहा है…|جارٍ الفتح…";
pub(crate) const RUNNING: Words = "Open|Geöffnet|खुला है|مفتوح";
pub(crate) const CLOSED: Words = "Used before|Zuvor benutzt|पहले उपयोग किया|استُخدم من قبل";
pub(crate) const OPEN_APPS: Words = "Open apps|Geöffnete Apps|खुले ऐप|التطبيقات المفتوحة";
pub(crate) const NOTHING_OPEN: Words =
    "No app is open.|Keine App ist geöffnet.|कोई ऐप खुला नहीं है।|لا يوجد تطبيق مفتوح.";
pub(crate) const LOADING: Words = "Loading apps…|Apps werden geladen…|ऐप लोड हो रहे हैं…|جارٍ تحميل التطبيقات…";
pub(crate) const EMPTY: Words = "No apps yet|Noch keine Apps|अभी कोई ऐप नहीं|لا توجد تطبيقات بعد";
pub(crate) const EMPTY_TEXT: Words = "Apps installed on this device appear here.|Installierte Apps erscheinen hier.|इस उपकरण के ऐप यहाँ दिखते हैं।|تظهر هنا تطبيقات هذا الجهاز.";
pub(crate) const NOT_FOUND: Words =
    "No app is called that|Keine App heißt so|इस नाम का कोई ऐप नहीं|لا يوجد تطبيق بهذا الاسم";
pub(crate) const SHOW_ALL: Words = "Show all apps|Alle Apps zeigen|सभी ऐप दिखाएँ|كل التطبيقات";
pub(crate) const FAILED: Words =
    "The apps cannot be shown|Die Apps sind nicht zu sehen|ऐप नहीं दिखाए जा सकते|تعذر عرض التطبيقات";
pub(crate) const NO_ANSWER: Words =
    "The system did not answer|Das System antwortet nicht|सिस्टम ने उत्तर नहीं दिया|لم يستجب النظام";
pub(crate) const UNREADABLE: Words = "The list of apps could not be read|Die Liste der Apps ist unlesbar|ऐप की सूची पढ़ी नहीं जा सकी|تعذرت قراءة قائمة التطبيقات";
pub(crate) const AGAIN: Words = "Try again|Noch einmal|फिर कोशिश करें|إعادة المحاولة";
pub(crate) const NOT_OPENED: Words = "The app did not open|Die App ging nicht auf|ऐप नहीं खुला|لم يُفتح التطبيق";
pub(crate) const NOT_CLOSED: Words =
    "The app did not close|Die App ging nicht zu|ऐप बंद नहीं हुआ|لم يُغلق التطبيق";
pub(crate) const NOT_DONE: Words = "That was not possible|Das war nicht möglich|यह संभव नहीं हुआ|تعذر ذلك";
pub(crate) const QUICK: Words = "Quick settings|Schnellzugriff|त्वरित सेटिंग|إعدادات سريعة";
pub(crate) const DARK: Words = "Dark|Dunkel|गहरा|داكن";
pub(crate) const LIGHT: Words = "Light|Hell|हल्का|فاتح";
pub(crate) const CONTRAST: Words = "High contrast|Hoher Kontrast|उच्च कंट्रास्ट|تباين عالٍ";
pub(crate) const LARGE: Words = "Large text|Große Schrift|बड़े अक्षर|نص كبير";
pub(crate) const LOCK: Words = "Lock|Sperren|लॉक|قفل";
pub(crate) const BLANK: Words = "Screen off|Bildschirm aus|स्क्रीन बंद|إطفاء الشاشة";
pub(crate) const RESTART: Words = "Restart|Neustart|रीस्टार्ट|إعادة تشغيل";
pub(crate) const OFF: Words = "Power off|Ausschalten|बंद करें|إيقاف";
pub(crate) const CANCEL: Words = "Cancel|Abbrechen|रद्द करें|إلغاء";
pub(crate) const RESTART_ASKED: Words =
    "Restart this device?|Das Gerät neu starten?|उपकरण रीस्टार्ट करें?|إعادة تشغيل الجهاز؟";
pub(crate) const OFF_ASKED: Words =
    "Power off this device?|Das Gerät ausschalten?|उपकरण बंद करें?|إيقاف الجهاز؟";
pub(crate) const ALL_CLOSE: Words = "All open apps are closed.|Alle offenen Apps werden beendet.|सभी खुले ऐप बंद हो जाएँगे।|ستُغلق كل التطبيقات المفتوحة.";
pub(crate) const RESTARTING: Words = "Restarting…|Neustart läuft…|रीस्टार्ट हो रहा है…|جارٍ إعادة التشغيل…";
pub(crate) const GOING_OFF: Words = "Powering off…|Wird ausgeschaltet…|बंद हो रहा है…|جارٍ الإيقاف…";

/// Categories by what manifests call them. Others are shown as they are.
const CATEGORIES: [(&str, Words); 14] = [
    ("creative", "Creative|Kreativ|रचना|إبداع"),
    ("development", "Development|Entwicklung|विकास|تطوير"),
    ("education", "Learning|Lernen|शिक्षा|تعليم"),
    ("games", "Games|Spiele|खेल|ألعاب"),
    ("kiosk", "Service|Service|सेवा|خدمة"),
    ("media", "Media|Medien|मीडिया|وسائط"),
    ("network", "Network|Netz|नेटवर्क|شبكة"),
    ("office", "Office|Büro|कार्यालय|مكتب"),
    ("photo", "Pictures|Bilder|चित्र|صور"),
    ("samples", "Samples|Beispiele|नमूने|أمثلة"),
    ("settings", "Settings|Einstellungen|सेटिंग्स|إعدادات"),
    ("system", "System|System|सिस्टम|النظام"),
    ("time", "Time|Zeit|समय|الوقت"),
    ("tools", "Tools|Werkzeuge|औज़ार|أدوات"),
];

/// The name of a category, where there is one in every language.
pub(crate) fn category(code: &str) -> Option<Words> {
    CATEGORIES.iter().find(|(known, _)| *known == code).map(|(_, words)| *words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_each_language_is_its_part() {
        assert_eq!(Language::ALL.map(|language| of(language, "a|bc|c|d")), ["a", "bc", "c", "d"]);
        assert_eq!(Language::ALL.map(|language| of(language, "Deutsch")), ["Deutsch"; 4]);
        for (_, words) in CATEGORIES {
            assert!(Language::ALL.iter().all(|language| !of(*language, words).is_empty()), "{words}");
        }
    }
}
