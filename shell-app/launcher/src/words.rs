//! What the launcher says, in every language.

use ui::{Words, words};

pub(crate) const SEARCH: Words = words!("Search apps|Apps suchen|ऐप खोजें|ابحث عن تطبيق");
pub(crate) const ALL: Words = words!("All|Alle|सभी|الكل");
pub(crate) const OPENING: Words = words!("Opening…|Wird geöffnet…|खुल रहा है…|جارٍ الفتح…");
pub(crate) const RUNNING: Words = words!("Open|Geöffnet|खुला है|مفتوح");
pub(crate) const CLOSED: Words = words!("Used before|Zuvor benutzt|पहले उपयोग किया|استُخدم من قبل");
pub(crate) const OPEN_APPS: Words = words!("Open apps|Geöffnete Apps|खुले ऐप|التطبيقات المفتوحة");
pub(crate) const NOTHING_OPEN: Words =
    words!("No app is open.|Keine App ist geöffnet.|कोई ऐप खुला नहीं है।|لا يوجد تطبيق مفتوح.");
pub(crate) const LOADING: Words =
    words!("Loading apps…|Apps werden geladen…|ऐप लोड हो रहे हैं…|جارٍ تحميل التطبيقات…");
pub(crate) const EMPTY: Words = words!("No apps yet|Noch keine Apps|अभी कोई ऐप नहीं|لا توجد تطبيقات بعد");
pub(crate) const EMPTY_TEXT: Words = words!(
    "Apps installed on this device appear here.|Installierte Apps erscheinen hier.|इस उपकरण के ऐप यहाँ दिखते हैं।|تظهر هنا تطبيقات هذا الجهاز."
);
pub(crate) const NOT_FOUND: Words =
    words!("No app is called that|Keine App heißt so|इस नाम का कोई ऐप नहीं|لا يوجد تطبيق بهذا الاسم");
pub(crate) const SHOW_ALL: Words = words!("Show all apps|Alle Apps zeigen|सभी ऐप दिखाएँ|كل التطبيقات");
pub(crate) const FAILED: Words =
    words!("The apps cannot be shown|Die Apps sind nicht zu sehen|ऐप नहीं दिखाए जा सकते|تعذر عرض التطبيقات");
pub(crate) const NO_ANSWER: Words =
    words!("The system did not answer|Das System antwortet nicht|सिस्टम ने उत्तर नहीं दिया|لم يستجب النظام");
pub(crate) const UNREADABLE: Words = words!(
    "The list of apps could not be read|Die Liste der Apps ist unlesbar|ऐप की सूची पढ़ी नहीं जा सकी|تعذرت قراءة قائمة التطبيقات"
);
pub(crate) const AGAIN: Words = words!("Try again|Noch einmal|फिर कोशिश करें|إعادة المحاولة");
pub(crate) const NOT_OPENED: Words =
    words!("The app did not open|Die App ging nicht auf|ऐप नहीं खुला|لم يُفتح التطبيق");
pub(crate) const NOT_CLOSED: Words =
    words!("The app did not close|Die App ging nicht zu|ऐप बंद नहीं हुआ|لم يُغلق التطبيق");
pub(crate) const NOT_DONE: Words =
    words!("That was not possible|Das war nicht möglich|यह संभव नहीं हुआ|تعذر ذلك");
pub(crate) const QUICK: Words = words!("Quick settings|Schnellzugriff|त्वरित सेटिंग|إعدادات سريعة");
pub(crate) const DARK: Words = words!("Dark|Dunkel|गहरा|داكن");
pub(crate) const LIGHT: Words = words!("Light|Hell|हल्का|فاتح");
pub(crate) const CONTRAST: Words = words!("High contrast|Hoher Kontrast|उच्च कंट्रास्ट|تباين عالٍ");
pub(crate) const LARGE: Words = words!("Large text|Große Schrift|बड़े अक्षर|نص كبير");
pub(crate) const LOCK: Words = words!("Lock|Sperren|लॉक|قفل");
pub(crate) const BLANK: Words = words!("Screen off|Bildschirm aus|स्क्रीन बंद|إطفاء الشاشة");
pub(crate) const RESTART: Words = words!("Restart|Neustart|रीस्टार्ट|إعادة تشغيل");
pub(crate) const OFF: Words = words!("Power off|Ausschalten|बंद करें|إيقاف");
pub(crate) const CANCEL: Words = words!("Cancel|Abbrechen|रद्द करें|إلغاء");
pub(crate) const RESTART_ASKED: Words =
    words!("Restart this device?|Das Gerät neu starten?|उपकरण रीस्टार्ट करें?|إعادة تشغيل الجهاز؟");
pub(crate) const OFF_ASKED: Words =
    words!("Power off this device?|Das Gerät ausschalten?|उपकरण बंद करें?|إيقاف الجهاز؟");
pub(crate) const ALL_CLOSE: Words = words!(
    "All open apps are closed.|Alle offenen Apps werden beendet.|सभी खुले ऐप बंद हो जाएँगे।|ستُغلق كل التطبيقات المفتوحة."
);
pub(crate) const RESTARTING: Words =
    words!("Restarting…|Neustart läuft…|रीस्टार्ट हो रहा है…|جارٍ إعادة التشغيل…");
pub(crate) const GOING_OFF: Words = words!("Powering off…|Wird ausgeschaltet…|बंद हो रहा है…|جارٍ الإيقاف…");

/// Categories by what manifests call them. Others are shown as they are.
const CATEGORIES: [(&str, Words); 14] = [
    ("creative", words!("Creative|Kreativ|रचना|إبداع")),
    ("development", words!("Development|Entwicklung|विकास|تطوير")),
    ("education", words!("Learning|Lernen|शिक्षा|تعليم")),
    ("games", words!("Games|Spiele|खेल|ألعاب")),
    ("kiosk", words!("Service|Service|सेवा|خدمة")),
    ("media", words!("Media|Medien|मीडिया|وسائط")),
    ("network", words!("Network|Netz|नेटवर्क|شبكة")),
    ("office", words!("Office|Büro|कार्यालय|مكتب")),
    ("photo", words!("Pictures|Bilder|चित्र|صور")),
    ("samples", words!("Samples|Beispiele|नमूने|أمثلة")),
    ("settings", words!("Settings|Einstellungen|सेटिंग्स|إعدادات")),
    ("system", words!("System|System|सिस्टम|النظام")),
    ("time", words!("Time|Zeit|समय|الوقت")),
    ("tools", words!("Tools|Werkzeuge|औज़ार|أدوات")),
];

/// The name of a category, where there is one in every language.
pub(crate) fn category(code: &str) -> Option<Words> {
    CATEGORIES.iter().find(|(known, _)| *known == code).map(|(_, words)| *words)
}

#[cfg(test)]
mod tests {
    use ui::Language;

    use super::*;

    #[test]
    fn category_has_a_name_in_every_language() {
        for (code, words) in CATEGORIES {
            assert!(Language::ALL.iter().all(|language| !language.of_words(words).is_empty()), "{code}");
        }
        assert_eq!(category("games").map(|words| Language::German.of_words(words)), Some("Spiele".into()));
    }
}
